import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant } from '@lego-moc/kernel/message';
import type { CommentId } from './comment-events.ts';
import { COMMENTS_AN_HOUR, COMMENTS_MAX, commenterDecider, type CommenterEvent } from './commenter.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const afternoon = '2026-01-01T13:00:00.001Z' as Instant;
const tomorrow = '2026-01-02T12:00:00.001Z' as Instant;
const idOf = (number: number) => `comment-${String(number)}` as CommentId;
const beginEvent = (number: number, begunAt = noon): CommenterEvent => ({
  type: 'CommentBegun',
  data: { commentId: idOf(number), begunAt },
});
const spendEvent = (number: number): CommenterEvent => ({
  type: 'CommentFlagSpent',
  data: { commentId: idOf(number), spentAt: noon },
});
const judgeEvent = (number: number, upheld: boolean): CommenterEvent => ({
  type: 'CommentFlagJudged',
  data: { commentId: idOf(number), upheld },
});
const erasureEvent: CommenterEvent = { type: 'CommenterErased', data: { erasedAt: noon } };
const times = (count: number, eventOf: (number: number) => CommenterEvent): readonly CommenterEvent[] =>
  Array.from({ length: count }, (_, number) => eventOf(number));

const begin = (number: number, at = noon) => ({ type: 'BeginComment', data: { commentId: idOf(number), at } }) as const;
const spend = (number: number, at = noon) =>
  ({ type: 'SpendCommentFlag', data: { commentId: idOf(number), at } }) as const;

const commenter = given(commenterDecider);

describe('the limits of somebody who comments', () => {
  it(`refuse comment ${String(COMMENTS_AN_HOUR + 1)} within an hour, and accept it later`, () => {
    commenter(...times(COMMENTS_AN_HOUR, (number) => beginEvent(number)))
      .when(begin(100))
      .thenRejected('too-many-comments');
    commenter(...times(COMMENTS_AN_HOUR, (number) => beginEvent(number)))
      .when(begin(100, afternoon))
      .then(beginEvent(100, afternoon));
    commenter(...times(COMMENTS_AN_HOUR, (number) => beginEvent(number)))
      .when(begin(3))
      .thenNothing();
  });

  it(`refuse comment ${String(COMMENTS_MAX + 1)} for good`, () => {
    const comments = Object.fromEntries(Array.from({ length: COMMENTS_MAX }, (_, number) => [idOf(number), noon]));
    const state = { ...commenterDecider.initial, comments };
    expect(commenterDecider.decide(begin(COMMENTS_MAX, tomorrow), state)).to.include({
      rejected: 'comment-limit-reached',
    });
  });

  it('refuse flag 21 within a day, and flag 3 of those whom moderators did not agree with', () => {
    commenter(...times(20, spendEvent))
      .when(spend(100))
      .thenRejected('too-many-flags');
    const unreliable = times(5, (number) => judgeEvent(number, false));
    commenter(...unreliable, ...times(2, spendEvent))
      .when(spend(100))
      .thenRejected('too-many-flags');
    commenter(...unreliable, ...times(2, spendEvent))
      .when(spend(100, tomorrow))
      .then({ type: 'CommentFlagSpent', data: { commentId: idOf(100), spentAt: tomorrow } });
  });

  it('refuse everything once the account is erased', () => {
    commenter(erasureEvent).when(begin(1)).thenRejected('user-erased');
    commenter(erasureEvent).when(spend(1)).thenRejected('user-erased');
    commenter(erasureEvent)
      .when({ type: 'EraseCommenter', data: { at: noon } })
      .thenNothing();
  });
});
