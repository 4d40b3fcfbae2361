import { reject, unreachable, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { FlagReason, ImageId, ModerationEvent, ReviewDecision } from './image-events.ts';

/** `hidesAt`: how many flags hide an image until a moderator has decided. */
export type FlagImage = Message<
  'FlagImage',
  { imageId: ImageId; by: UserId; reason: FlagReason; words: string; trusted: boolean; hidesAt: number; at: Instant }
>;
export type ClaimReview = Message<'ClaimReview', { imageId: ImageId; by: UserId; at: Instant; until: Instant }>;
export type DecideReview = Message<
  'DecideReview',
  { imageId: ImageId; by: UserId; decision: ReviewDecision; rule: string; reason: string; at: Instant }
>;
export type AppealDecision = Message<'AppealDecision', { imageId: ImageId; by: UserId; words: string; at: Instant }>;
/** Grants an appeal. */
export type ReverseDecision = Message<'ReverseDecision', { imageId: ImageId; by: UserId; reason: string; at: Instant }>;
export type ForgetFlagger = Message<'ForgetFlagger', { imageId: ImageId; flagger: UserId }>;
export type ModerationCommand =
  FlagImage | ClaimReview | DecideReview | AppealDecision | ReverseDecision | ForgetFlagger;

const COMMANDS: Record<ModerationCommand['type'], true> = {
  ...{ FlagImage: true, ClaimReview: true, DecideReview: true },
  ...{ AppealDecision: true, ReverseDecision: true, ForgetFlagger: true },
};

const EVENTS: Record<ModerationEvent['type'], true> = {
  ...{ ImageFlagged: true, ImageHidden: true, ReviewClaimed: true, ReviewDecided: true },
  ...{ DecisionAppealed: true, DecisionReversed: true, FlaggerForgotten: true },
};

export const isModerationCommand = (command: Message): command is ModerationCommand =>
  Object.hasOwn(COMMANDS, command.type);

export const isModerationEvent = (event: Message): event is ModerationEvent => Object.hasOwn(EVENTS, event.type);

export type ModerationRejection =
  'nothing-to-review' | 'review-not-claimed' | 'review-claimed' | 'nothing-to-appeal' | 'own-decision';

/** A flag; without flagger and words once the flagger is forgotten. */
export type Flag = {
  readonly flagger: UserId | null;
  readonly reason: FlagReason;
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

export type Moderation = {
  readonly flags: readonly Flag[];
  /** Seen by nobody but its owner and moderators. */
  readonly hidden: boolean;
  readonly claim: Claim | null;
  /** The latest decision that was not reversed. */
  readonly decided: Verdict | null;
  /** Why the owner objects to it; null when they do not. */
  readonly appeal: { readonly words: string; readonly appealedAt: Instant } | null;
};

export const INITIAL_MODERATION: Moderation = { flags: [], hidden: false, claim: null, decided: null, appeal: null };

/** The flags that no moderator has decided about. */
export const openFlags = ({ flags }: Moderation): readonly Flag[] => flags.filter(({ judged }) => !judged);

/** Whether moderators have to look at it. */
export const awaitsReview = (moderation: Moderation): boolean =>
  moderation.appeal !== null || openFlags(moderation).length > 0;

type ModerationDecision = Decision<ModerationEvent, ModerationRejection>;

const nothingToReview = reject('nothing-to-review', 'Nobody has flagged the image since the last decision.');

const flag = ({ data }: FlagImage, moderation: Moderation): ModerationDecision => {
  const { imageId, by, reason, words, trusted, hidesAt, at } = data;
  // Once per user and image, whatever was decided about it.
  if (moderation.flags.some(({ flagger }) => flagger === by)) return [];
  const flagEvent: ModerationEvent = {
    type: 'ImageFlagged',
    data: { imageId, flagger: by, reason, words, trusted, flaggedAt: at },
  };
  const hides = !moderation.hidden && (trusted || openFlags(moderation).length + 1 >= hidesAt);
  return hides ? [flagEvent, { type: 'ImageHidden', data: { imageId, hiddenAt: at } }] : [flagEvent];
};

const isHeldBy = (moderator: UserId, claim: Claim | null, at: Instant): boolean =>
  claim !== null && claim.moderator === moderator && at < claim.until;

const claimReview = ({ data: { imageId, by, at, until } }: ClaimReview, moderation: Moderation): ModerationDecision => {
  if (!awaitsReview(moderation)) return nothingToReview;
  if (moderation.appeal !== null && moderation.decided?.moderator === by)
    return reject('own-decision', 'Somebody else reviews an appeal against your own decision.');
  const { claim } = moderation;
  if (isHeldBy(by, claim, at)) return [];
  if (claim !== null && at < claim.until) return reject('review-claimed', 'Another moderator is reviewing the image.');
  return [{ type: 'ReviewClaimed', data: { imageId, moderator: by, claimedAt: at, until } }];
};

const notClaimed = reject('review-not-claimed', 'Claim the review first; a claim lapses after a while.');

const decideReview = ({ data }: DecideReview, moderation: Moderation): ModerationDecision => {
  const { imageId, by, decision, rule, reason, at } = data;
  const { decided } = moderation;
  const isRepeated = decided?.moderator === by && decided.decision === decision && decided.rule === rule;
  if (!awaitsReview(moderation)) return isRepeated ? [] : nothingToReview;
  if (!isHeldBy(by, moderation.claim, at)) return notClaimed;
  return [{ type: 'ReviewDecided', data: { imageId, moderator: by, decision, rule, reason, decidedAt: at } }];
};

const appealDecision = (
  { data: { imageId, words, at } }: AppealDecision,
  moderation: Moderation,
): ModerationDecision => {
  if (moderation.appeal !== null) return [];
  if (moderation.decided === null || moderation.decided.decision === 'dismiss')
    return reject('nothing-to-appeal', 'No moderator has decided against the image.');
  return [{ type: 'DecisionAppealed', data: { imageId, words, appealedAt: at } }];
};

const reverseDecision = (
  { data: { imageId, by, reason, at } }: ReverseDecision,
  moderation: Moderation,
): ModerationDecision => {
  if (moderation.decided === null) return [];
  if (moderation.appeal === null) return reject('nothing-to-review', 'The owner has not appealed.');
  if (!isHeldBy(by, moderation.claim, at)) return notClaimed;
  return [{ type: 'DecisionReversed', data: { imageId, moderator: by, reason, reversedAt: at } }];
};

/** What follows for an image of the gallery. Who may appeal is not decided here. */
export const moderate = (command: ModerationCommand, moderation: Moderation): ModerationDecision => {
  switch (command.type) {
    case 'FlagImage':
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
      const isKnown = moderation.flags.some(({ flagger }) => flagger === command.data.flagger);
      return isKnown ? [{ type: 'FlaggerForgotten', data: command.data }] : [];
    }
    default:
      return unreachable(command);
  }
};

const markJudged = (flags: readonly Flag[]): readonly Flag[] => flags.map((flag) => ({ ...flag, judged: true }));

/** The moderation of an image after one more event. */
export const evolveModeration = (moderation: Moderation, event: ModerationEvent): Moderation => {
  switch (event.type) {
    case 'ImageFlagged': {
      const { flagger, reason, words, trusted, flaggedAt } = event.data;
      const flags = [...moderation.flags, { flagger, reason, words, trusted, flaggedAt, judged: false }];
      return { ...moderation, flags };
    }
    case 'ImageHidden':
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
      const forget = (flag: Flag): Flag =>
        flag.flagger === event.data.flagger ? { ...flag, flagger: null, words: '' } : flag;
      return { ...moderation, flags: moderation.flags.map(forget) };
    }
    default:
      return unreachable(event);
  }
};
