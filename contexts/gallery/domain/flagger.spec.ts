import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import { FLAGS_A_DAY, UNRELIABLE_FLAGS_A_DAY } from '@lego-moc/kernel/flagger-reliability';
import type { Instant } from '@lego-moc/kernel/message';
import type { FlaggerEvent } from './flagger-events.ts';
import { flaggerDecider, isTrusted } from './flagger.ts';
import type { ImageId } from './image-events.ts';

const noon = '2026-01-02T12:00:00.000Z' as Instant;
const dayBefore = '2026-01-01T12:00:00.000Z' as Instant;
const id = (number: number): ImageId => `image-${String(number)}` as ImageId;
const spending = (number: number, spentAt = noon): FlaggerEvent => ({
  type: 'FlagSpent',
  data: { imageId: id(number), spentAt },
});
const judgement = (number: number, upheld: boolean): FlaggerEvent => ({
  type: 'FlagJudged',
  data: { imageId: id(number), upheld },
});
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const spend = (number: number) => ({ type: 'SpendFlag', data: { imageId: id(number), at: noon } }) as const;
const judge = (number: number, upheld: boolean) =>
  ({ type: 'JudgeFlag', data: { imageId: id(number), upheld } }) as const;
const flagger = given(flaggerDecider);

describe('the flags of a user', () => {
  it('are counted once per image', () => {
    flagger().when(spend(1)).then(spending(1));
    flagger(spending(1)).when(spend(1)).thenNothing();
  });
  it(`are limited to ${String(FLAGS_A_DAY)} in a day`, () => {
    flagger(...times(FLAGS_A_DAY - 1, (at) => spending(at)))
      .when(spend(99))
      .then(spending(99));
    flagger(...times(FLAGS_A_DAY, (at) => spending(at)))
      .when(spend(99))
      .thenRejected('too-many-flags');
    flagger(...times(FLAGS_A_DAY, (at) => spending(at, dayBefore)))
      .when(spend(99))
      .then(spending(99));
  });
  it('are limited to few when moderators seldom agreed', () => {
    const dismissals = times(5, (at) => judgement(at, false));
    const [first, second] = [spending(91), spending(92)];
    expect(UNRELIABLE_FLAGS_A_DAY).to.equal(2);
    flagger(...dismissals, first)
      .when(spend(99))
      .then(spending(99));
    flagger(...dismissals, first, second)
      .when(spend(99))
      .thenRejected('too-many-flags');
    flagger(...dismissals.slice(1), first, second)
      .when(spend(99))
      .then(spending(99));
  });
  it('are judged, and judged anew when the decision changes', () => {
    flagger(spending(1)).when(judge(1, true)).then(judgement(1, true));
    flagger(spending(1), judgement(1, true)).when(judge(1, true)).thenNothing();
    flagger(spending(1), judgement(1, true)).when(judge(1, false)).then(judgement(1, false));
  });
  it('are trusted when moderators agreed with four of five', () => {
    const after = (...history: readonly FlaggerEvent[]) =>
      isTrusted(history.reduce(flaggerDecider.evolve, flaggerDecider.initial));
    const upheld = (count: number) => times(count, (at) => judgement(at, true));
    expect(after(...upheld(4))).to.equal(false);
    expect(after(...upheld(4), judgement(9, false))).to.equal(true);
    expect(after(...upheld(3), judgement(8, false), judgement(9, false))).to.equal(false);
  });
  it('end with the account', () => {
    const erasure: FlaggerEvent = { type: 'FlaggerErased', data: { erasedAt: noon } };
    const erase = { type: 'EraseFlagger', data: { at: noon } } as const;
    flagger().when(erase).then(erasure);
    flagger(erasure).when(erase).thenNothing();
    flagger(erasure).when(spend(1)).thenRejected('user-erased');
    flagger(erasure).when(judge(1, true)).thenNothing();
  });
});
