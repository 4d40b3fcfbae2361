import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message } from '@lego-moc/kernel/message';

/** A like and a bookmark concern a MOC, a follow a builder. */
export const INTEREST_KINDS = ['like', 'bookmark', 'follow'] as const;
export type InterestKind = (typeof INTEREST_KINDS)[number];

type Interest = { kind: InterestKind; target: string };

export type ShowInterest = Message<'ShowInterest', Interest & { at: Instant }>;
export type WithdrawInterest = Message<'WithdrawInterest', Interest>;
export type EraseInterests = Message<'EraseInterests', { at: Instant }>;
export type InterestCommand = ShowInterest | WithdrawInterest | EraseInterests;

export type InterestShown = Message<'InterestShown', Interest & { shownAt: Instant }>;
export type InterestWithdrawn = Message<'InterestWithdrawn', Interest>;
/** The user's account was erased. They show no interest again. */
export type InterestsErased = Message<'InterestsErased', { erasedAt: Instant }>;
export type InterestEvent = InterestShown | InterestWithdrawn | InterestsErased;

export type InterestRejection = 'too-many-interests' | 'user-erased';

/** Of one kind and user. More than anybody looks at again, and few enough to be read at once. */
export const INTERESTS_MAX = 2_000;

/** The MOCs or builders that one user is interested in, with the time since when. */
type Targets = Readonly<Record<string, Instant>>;

/** All interests of one user. */
export type Interests = Readonly<Record<InterestKind, Targets>> & { readonly erased: boolean };

const NO_INTERESTS: Interests = { like: {}, bookmark: {}, follow: {}, erased: false };

const show = ({ data: { kind, target, at } }: ShowInterest, interests: Interests) => {
  if (interests.erased) return reject('user-erased', 'This account was erased.');
  if (Object.hasOwn(interests[kind], target)) return [];
  if (Object.keys(interests[kind]).length >= INTERESTS_MAX)
    return reject('too-many-interests', `At most ${String(INTERESTS_MAX)} of a kind; withdraw one first.`, {
      limit: INTERESTS_MAX,
    });
  return [{ type: 'InterestShown' as const, data: { kind, target, shownAt: at } }];
};

const decide = (command: InterestCommand, interests: Interests): Decision<InterestEvent, InterestRejection> => {
  switch (command.type) {
    case 'ShowInterest':
      return show(command, interests);
    case 'WithdrawInterest': {
      const { kind, target } = command.data;
      return Object.hasOwn(interests[kind], target) ? [{ type: 'InterestWithdrawn', data: { kind, target } }] : [];
    }
    case 'EraseInterests':
      return interests.erased ? [] : [{ type: 'InterestsErased', data: { erasedAt: command.data.at } }];
    default:
      return unreachable(command);
  }
};

const evolve = (interests: Interests, event: InterestEvent): Interests => {
  switch (event.type) {
    case 'InterestShown': {
      const { kind, target, shownAt } = event.data;
      return { ...interests, [kind]: { ...interests[kind], [target]: shownAt } };
    }
    case 'InterestWithdrawn': {
      const { kind, target } = event.data;
      const rest = Object.entries(interests[kind]).filter(([other]) => other !== target);
      return { ...interests, [kind]: Object.fromEntries(rest) };
    }
    case 'InterestsErased':
      return { ...NO_INTERESTS, erased: true };
    default:
      return unreachable(event);
  }
};

/** One stream for all interests of a user: limit and erasure are decided where the interests are. */
export const interestsDecider: Decider<InterestCommand, Interests, InterestEvent, InterestRejection> = {
  initial: NO_INTERESTS,
  decide,
  evolve,
};
