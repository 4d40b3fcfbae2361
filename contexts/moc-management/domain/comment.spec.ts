import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ReviewDecision } from '@lego-moc/kernel/moderation';
import type { CommentEvent, CommentId } from './comment-events.ts';
import { commentDecider, type CommentCommand } from './comment.ts';
import type { MocId } from './moc-id.ts';

const commentId = 'comment-1' as CommentId;
const mocId = 'moc-1' as MocId;
const [ada, bob, mona, milo] = ['ada', 'bob', 'mona', 'milo'] as UserId[] as [UserId, UserId, UserId, UserId];
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const until = '2026-01-01T12:15:00.000Z' as Instant;

const writtenEvent: CommentEvent = {
  type: 'CommentWritten',
  data: { commentId, mocId, author: ada, text: 'Lovely', writtenAt: noon },
};
const editEvent: CommentEvent = { type: 'CommentEdited', data: { commentId, text: 'Very lovely', editedAt: noon } };
const deletionEvent: CommentEvent = { type: 'CommentDeleted', data: { commentId, deletedAt: noon } };
const forgottenAuthor: CommentEvent = { type: 'CommentAuthorForgotten', data: { commentId } };
const flagEvent: CommentEvent = {
  type: 'CommentFlagged',
  data: { commentId, flagger: bob, reason: 'spam', words: '', trusted: false, flaggedAt: noon },
};
const hidingEvent: CommentEvent = { type: 'CommentHidden', data: { commentId, hiddenAt: noon } };
const claimEvent: CommentEvent = {
  type: 'CommentReviewClaimed',
  data: { commentId, moderator: mona, claimedAt: noon, until },
};
const decisionEvent = (decision: ReviewDecision): CommentEvent => ({
  type: 'CommentReviewDecided',
  data: { commentId, moderator: mona, decision, rule: 'no-advertising', reason: 'A shop.', decidedAt: noon },
});
const appealEvent: CommentEvent = {
  type: 'CommentDecisionAppealed',
  data: { commentId, words: 'Mine.', appealedAt: noon },
};
const reversalEvent: CommentEvent = {
  type: 'CommentDecisionReversed',
  data: { commentId, moderator: milo, reason: 'Fine.', reversedAt: noon },
};

const write = (by = ada): CommentCommand => ({
  type: 'WriteComment',
  data: { commentId, mocId, by, text: 'Lovely', at: noon },
});
const edit = (by = ada, text = 'Very lovely'): CommentCommand => ({
  type: 'EditComment',
  data: { commentId, by, text, at: noon },
});
const remove = (by = ada): CommentCommand => ({ type: 'DeleteComment', data: { commentId, by, at: noon } });
const flag = (by = bob, hidesAt = 1): CommentCommand => ({
  type: 'ModerateComment',
  data: {
    commentId,
    step: { type: 'Flag', data: { by, reason: 'spam', words: '', trusted: false, hidesAt, at: noon } },
  },
});
const decide = (decision: ReviewDecision): CommentCommand => ({
  type: 'ModerateComment',
  data: {
    commentId,
    step: { type: 'DecideReview', data: { by: mona, decision, rule: 'no-advertising', reason: 'A shop.', at: noon } },
  },
});
const appeal = (by = ada): CommentCommand => ({
  type: 'ModerateComment',
  data: { commentId, step: { type: 'AppealDecision', data: { by, words: 'Mine.', at: noon } } },
});
const claim = (by: UserId): CommentCommand => ({
  type: 'ModerateComment',
  data: { commentId, step: { type: 'ClaimReview', data: { by, at: noon, until } } },
});
const reverse: CommentCommand = {
  type: 'ModerateComment',
  data: { commentId, step: { type: 'ReverseDecision', data: { by: milo, reason: 'Fine.', at: noon } } },
};

const comment = given(commentDecider);
const underReview = [writtenEvent, flagEvent, hidingEvent, claimEvent] as const;

describe('a comment on a MOC', () => {
  it('is written, edited and deleted by its author, once each', () => {
    comment().when(write()).then(writtenEvent);
    comment(writtenEvent).when(write()).thenNothing();
    comment(writtenEvent).when(edit()).then(editEvent);
    comment(writtenEvent, editEvent).when(edit()).thenNothing();
    comment(writtenEvent).when(remove()).then(deletionEvent);
    comment(writtenEvent, deletionEvent).when(remove()).thenNothing();
  });

  it('is refused to others: they learn of it only while they see it', () => {
    comment(writtenEvent).when(edit(bob)).thenRejected('not-the-author');
    comment(writtenEvent).when(remove(bob)).thenRejected('not-the-author');
    comment(writtenEvent, flagEvent, hidingEvent).when(edit(bob)).thenRejected('comment-not-found');
    comment(writtenEvent, deletionEvent).when(remove(bob)).thenRejected('comment-not-found');
    comment().when(edit()).thenRejected('comment-not-found');
  });

  it('is not edited while it is hidden, nor after it was deleted', () => {
    comment(writtenEvent, flagEvent, hidingEvent).when(edit()).thenRejected('comment-hidden');
    comment(writtenEvent, deletionEvent).when(edit()).thenRejected('comment-deleted');
    comment(writtenEvent, deletionEvent).when(write()).thenRejected('comment-deleted');
  });

  it('loses its author once when their account is erased, and belongs to nobody afterwards', () => {
    const forget: CommentCommand = { type: 'ForgetAuthor', data: { commentId, author: ada } };
    comment(writtenEvent).when(forget).then(forgottenAuthor);
    comment(writtenEvent, forgottenAuthor).when(forget).thenNothing();
    comment(writtenEvent, forgottenAuthor).when(edit()).thenRejected('not-the-author');
    comment(writtenEvent)
      .when({ type: 'ForgetAuthor', data: { commentId, author: bob } })
      .thenNothing();
  });

  it('is dropped with its MOC', () => {
    const drop: CommentCommand = { type: 'DropComment', data: { commentId, at: noon } };
    comment(writtenEvent).when(drop).then(deletionEvent);
    comment(writtenEvent, deletionEvent).when(drop).thenNothing();
    comment().when(drop).thenNothing();
  });
});

describe('moderating a comment', () => {
  it('hides it at the number of flags that the setting names', () => {
    comment(writtenEvent).when(flag()).then(flagEvent, hidingEvent);
    comment(writtenEvent).when(flag(bob, 2)).then(flagEvent);
    comment(writtenEvent, flagEvent).when(flag()).thenNothing();
    comment(writtenEvent, deletionEvent).when(flag()).thenRejected('comment-not-found');
  });

  for (const decision of ['dismiss', 'hide', 'remove'] as const)
    it(`records ${decision} by the moderator who holds the claim`, () => {
      comment(...underReview)
        .when(decide(decision))
        .then(decisionEvent(decision));
      comment(writtenEvent, flagEvent, hidingEvent).when(decide(decision)).thenRejected('review-not-claimed');
    });

  it('shows a dismissed comment again', () => {
    comment(...underReview, decisionEvent('dismiss'))
      .when(edit())
      .then(editEvent);
  });

  it('takes an appeal of the author, which another moderator grants', () => {
    const appealedHistory = [...underReview, decisionEvent('remove'), appealEvent] as const;
    comment(...underReview, decisionEvent('remove'))
      .when(appeal())
      .then(appealEvent);
    comment(...underReview, decisionEvent('remove'))
      .when(appeal(bob))
      .thenRejected('comment-not-found');
    comment(...appealedHistory)
      .when(claim(mona))
      .thenRejected('own-decision');
    comment(...appealedHistory, {
      type: 'CommentReviewClaimed',
      data: { commentId, moderator: milo, claimedAt: noon, until },
    })
      .when(reverse)
      .then(reversalEvent);
    comment(...appealedHistory, reversalEvent)
      .when(edit())
      .then(editEvent);
  });
});
