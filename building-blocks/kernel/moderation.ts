import { reject, unreachable, type Decision, type Rejection } from './decider.ts';
import type { Instant, Message, UserId } from './message.ts';

/** What a moderator does about an item that was flagged. */
export type ReviewDecision = 'dismiss' | 'warn' | 'hide' | 'remove';

/** `hidesAt`: how many flags hide an item until a moderator has decided. */
export type Flag<Reason extends string> = Message<
  'Flag',
  { by: UserId; reason: Reason; words: string; trusted: boolean; hidesAt: number; at: Instant }
>;
export type ClaimReview = Message<'ClaimReview', { by: UserId; at: Instant; until: Instant }>;
export type DecideReview = Message<
  'DecideReview',
  { by: UserId; decision: ReviewDecision; rule: string; reason: string; at: Instant }
>;
export type AppealDecision = Message<'AppealDecision', { by: UserId; words: string; at: Instant }>;
/** Grants an appeal. */
export type ReverseDecision = Message<'ReverseDecision', { by: UserId; reason: string; at: Instant }>;
export type ForgetFlagger = Message<'ForgetFlagger', { flagger: UserId }>;

export type ModerationCommand<Reason extends string> =
  Flag<Reason> | ClaimReview | DecideReview | AppealDecision | ReverseDecision | ForgetFlagger;

/** What happens to an item of any kind. Contexts store it under names of their own, with the id of the item. */
export type ModerationEvent<Reason extends string> =
  | Message<'Flagged', { flagger: UserId; reason: Reason; words: string; trusted: boolean; flaggedAt: Instant }>
  | Message<'Hidden', { hiddenAt: Instant }>
  | Message<'ReviewClaimed', { moderator: UserId; claimedAt: Instant; until: Instant }>
  | Message<
      'ReviewDecided',
      { moderator: UserId; decision: ReviewDecision; rule: string; reason: string; decidedAt: Instant }
    >
  | Message<'DecisionAppealed', { words: string; appealedAt: Instant }>
  | Message<'DecisionReversed', { moderator: UserId; reason: string; reversedAt: Instant }>
  | Message<'FlaggerForgotten', { flagger: UserId }>;

export type ModerationRejection =
  'nothing-to-review' | 'review-not-claimed' | 'review-claimed' | 'nothing-to-appeal' | 'own-decision';

/** A flag on an item; without flagger and words once the flagger is forgotten. */
export type PlacedFlag<Reason extends string> = {
  readonly flagger: UserId | null;
  readonly reason: Reason;
  readonly words: string;
  readonly trusted: boolean;
  readonly flaggedAt: Instant;
  /** Whether a moderator has decided since. */
  readonly judged: boolean;
};

export type Verdict = {
  readonly moderator: UserId;
  readonly decision: ReviewDecision;
  readonly rule: string;
  readonly reason: string;
  readonly decidedAt: Instant;
};

export type Claim = { readonly moderator: UserId; readonly until: Instant };

export type Moderation<Reason extends string> = {
  readonly flags: readonly PlacedFlag<Reason>[];
  /** Seen by nobody but its owner and moderators. */
  readonly hidden: boolean;
  readonly claim: Claim | null;
  /** The latest decision that was not reversed. */
  readonly decided: Verdict | null;
  /** Why the owner objects to it; null when they do not. */
  readonly appeal: { readonly words: string; readonly appealedAt: Instant } | null;
};

export const INITIAL_MODERATION: Moderation<never> = {
  flags: [],
  hidden: false,
  claim: null,
  decided: null,
  appeal: null,
};

/** The flags that no moderator has decided about. */
export const openFlags = <Reason extends string>({ flags }: Moderation<Reason>): readonly PlacedFlag<Reason>[] =>
  flags.filter(({ judged }) => !judged);

/** Whether moderators have to look at it. */
export const awaitsReview = <Reason extends string>(moderation: Moderation<Reason>): boolean =>
  moderation.appeal !== null || openFlags(moderation).length > 0;

/** Since when it waits for a moderator; null when it does not. */
export const waitingSince = <Reason extends string>(moderation: Moderation<Reason>): Instant | null =>
  moderation.appeal?.appealedAt ?? openFlags(moderation)[0]?.flaggedAt ?? null;

type ModerationDecision<Reason extends string> = Decision<ModerationEvent<Reason>, ModerationRejection>;

const nothingToReview: Rejection<ModerationRejection> = reject(
  'nothing-to-review',
  'Nobody has flagged it since the last decision.',
);

const notClaimed: Rejection<ModerationRejection> = reject(
  'review-not-claimed',
  'Claim the review first; a claim lapses after a while.',
);

const flag = <Reason extends string>(
  { data: { by, reason, words, trusted, hidesAt, at } }: Flag<Reason>,
  moderation: Moderation<Reason>,
): ModerationDecision<Reason> => {
  // Once per user and item, whatever was decided about it.
  if (moderation.flags.some(({ flagger }) => flagger === by)) return [];
  const flagEvent: ModerationEvent<Reason> = {
    type: 'Flagged',
    data: { flagger: by, reason, words, trusted, flaggedAt: at },
  };
  const hides = !moderation.hidden && (trusted || openFlags(moderation).length + 1 >= hidesAt);
  return hides ? [flagEvent, { type: 'Hidden', data: { hiddenAt: at } }] : [flagEvent];
};

const isHeldBy = (moderator: UserId, claim: Claim | null, at: Instant): boolean =>
  claim !== null && claim.moderator === moderator && at < claim.until;

const claimReview = <Reason extends string>(
  { data: { by, at, until } }: ClaimReview,
  moderation: Moderation<Reason>,
): ModerationDecision<Reason> => {
  if (!awaitsReview(moderation)) return nothingToReview;
  if (moderation.appeal !== null && moderation.decided?.moderator === by)
    return reject('own-decision', 'Somebody else reviews an appeal against your own decision.');
  const { claim } = moderation;
  if (isHeldBy(by, claim, at)) return [];
  if (claim !== null && at < claim.until) return reject('review-claimed', 'Another moderator is reviewing it.');
  return [{ type: 'ReviewClaimed', data: { moderator: by, claimedAt: at, until } }];
};

const decideReview = <Reason extends string>(
  { data: { by, decision, rule, reason, at } }: DecideReview,
  moderation: Moderation<Reason>,
): ModerationDecision<Reason> => {
  const { decided } = moderation;
  const isRepeated = decided?.moderator === by && decided.decision === decision && decided.rule === rule;
  if (!awaitsReview(moderation)) return isRepeated ? [] : nothingToReview;
  if (!isHeldBy(by, moderation.claim, at)) return notClaimed;
  return [{ type: 'ReviewDecided', data: { moderator: by, decision, rule, reason, decidedAt: at } }];
};

const appealDecision = <Reason extends string>(
  { data: { words, at } }: AppealDecision,
  moderation: Moderation<Reason>,
): ModerationDecision<Reason> => {
  if (moderation.appeal !== null) return [];
  if (moderation.decided === null || moderation.decided.decision === 'dismiss')
    return reject('nothing-to-appeal', 'No moderator has decided against it.');
  return [{ type: 'DecisionAppealed', data: { words, appealedAt: at } }];
};

const reverseDecision = <Reason extends string>(
  { data: { by, reason, at } }: ReverseDecision,
  moderation: Moderation<Reason>,
): ModerationDecision<Reason> => {
  if (moderation.decided === null) return [];
  if (moderation.appeal === null) return reject('nothing-to-review', 'The owner has not appealed.');
  if (!isHeldBy(by, moderation.claim, at)) return notClaimed;
  return [{ type: 'DecisionReversed', data: { moderator: by, reason, reversedAt: at } }];
};

/** Decides what follows for an item that people show to others. Who may appeal is not decided here. */
export const moderate = <Reason extends string>(
  command: ModerationCommand<Reason>,
  moderation: Moderation<Reason>,
): ModerationDecision<Reason> => {
  switch (command.type) {
    case 'Flag':
      return flag(command, moderation);
    case 'ClaimReview':
      return claimReview(command, moderation);
    case 'DecideReview':
      return decideReview(command, moderation);
    case 'AppealDecision':
      return appealDecision(command, moderation);
    case 'ReverseDecision':
      return reverseDecision(command, moderation);
    case 'ForgetFlagger': {
      const { flagger } = command.data;
      const isKnown = moderation.flags.some((placedFlag) => placedFlag.flagger === flagger);
      return isKnown ? [{ type: 'FlaggerForgotten', data: { flagger } }] : [];
    }
    default:
      return unreachable(command);
  }
};

const markJudged = <Reason extends string>(flags: readonly PlacedFlag<Reason>[]): readonly PlacedFlag<Reason>[] =>
  flags.map((placedFlag) => ({ ...placedFlag, judged: true }));

/** The moderation of an item after one more event. */
export const evolveModeration = <Reason extends string>(
  moderation: Moderation<Reason>,
  event: ModerationEvent<Reason>,
): Moderation<Reason> => {
  switch (event.type) {
    case 'Flagged': {
      const { flagger, reason, words, trusted, flaggedAt } = event.data;
      const flags = [...moderation.flags, { flagger, reason, words, trusted, flaggedAt, judged: false }];
      return { ...moderation, flags };
    }
    case 'Hidden':
      return { ...moderation, hidden: true };
    case 'ReviewClaimed':
      return { ...moderation, claim: { moderator: event.data.moderator, until: event.data.until } };
    case 'ReviewDecided': {
      const { moderator, decision, rule, reason, decidedAt } = event.data;
      const verdict = { moderator, decision, rule, reason, decidedAt };
      const isHidden = decision === 'hide' || decision === 'remove';
      return { flags: markJudged(moderation.flags), hidden: isHidden, claim: null, decided: verdict, appeal: null };
    }
    case 'DecisionAppealed':
      return { ...moderation, appeal: { words: event.data.words, appealedAt: event.data.appealedAt } };
    case 'DecisionReversed':
      return { flags: markJudged(moderation.flags), hidden: false, claim: null, decided: null, appeal: null };
    case 'FlaggerForgotten': {
      const forget = (placedFlag: PlacedFlag<Reason>): PlacedFlag<Reason> =>
        placedFlag.flagger === event.data.flagger ? { ...placedFlag, flagger: null, words: '' } : placedFlag;
      return { ...moderation, flags: moderation.flags.map(forget) };
    }
    default:
      return unreachable(event);
  }
};
