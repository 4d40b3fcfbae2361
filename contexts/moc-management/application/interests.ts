import type { Clock } from '@lego-moc/application/clock';
import type { Outcome } from '@lego-moc/application/command-handler';
import type { Cause, EventStreams, RecordedEvent } from '@lego-moc/application/event-streams';
import { foldedStates } from '@lego-moc/application/folded-states';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import {
  interestsDecider,
  type InterestEvent,
  type InterestKind,
  type InterestRejection,
} from '../domain/interests.ts';
import type { InterestReader } from './ports/interest-reader.ts';

type InterestOutcome = Outcome<InterestRejection>;

/** An interest of a user, and the time since when they have shown it. */
export type Since = { readonly target: string; readonly since: Instant };

/** What users like, bookmark and follow. */
export type InterestsOfUsers = {
  readonly show: (user: UserId, kind: InterestKind, target: string, cause: Cause) => Promise<InterestOutcome>;
  readonly withdraw: (user: UserId, kind: InterestKind, target: string, cause: Cause) => Promise<InterestOutcome>;
  readonly isShown: (user: UserId, kind: InterestKind, target: string) => Promise<boolean>;
  /** Whether the user shows it, and how many do; the user's own interest counts at once. */
  readonly tally: (user: UserId, kind: InterestKind, target: string) => Promise<{ isShown: boolean; count: number }>;
  /** The user's interests of a kind, the newest first. */
  readonly of: (user: UserId, kind: InterestKind) => Promise<readonly Since[]>;
  /** Everything that was recorded of a user's interests, the oldest first. */
  readonly events: (user: UserId) => AsyncIterable<RecordedEvent<InterestEvent>>;
  /** Permanently erases a user's interests. Idempotent. */
  readonly erase: (user: UserId, at: Instant, cause: Cause) => Promise<void>;
};

/** The id of the stream of a user's interests; the user id cannot be read from it. */
const interestsId = (user: UserId): string => derivedId('interests', user);

const newestFirst = (entry: Since, other: Since): number =>
  entry.since === other.since ? (entry.target < other.target ? 1 : -1) : entry.since < other.since ? 1 : -1;

export const interestsOfUsers = (
  streams: EventStreams<InterestEvent>,
  reader: Pick<InterestReader, 'count'>,
  now: Clock,
): InterestsOfUsers => {
  const { handle, latest } = foldedStates(interestsDecider, streams);
  return {
    show: (user, kind, target, cause) =>
      handle(interestsId(user), { type: 'ShowInterest', data: { kind, target, at: now() } }, cause),
    withdraw: (user, kind, target, cause) =>
      handle(interestsId(user), { type: 'WithdrawInterest', data: { kind, target } }, cause),
    isShown: async (user, kind, target) => Object.hasOwn((await latest(interestsId(user))).state[kind], target),
    tally: async (user, kind, target) => {
      const id = interestsId(user);
      const [{ state }, others] = await Promise.all([latest(id), reader.count(kind, target, id)]);
      const isShown = Object.hasOwn(state[kind], target);
      return { isShown, count: others + (isShown ? 1 : 0) };
    },
    of: async (user, kind) => {
      const { state } = await latest(interestsId(user));
      return Object.entries(state[kind])
        .map(([target, since]) => ({ target, since }))
        .sort(newestFirst);
    },
    events: (user) => streams.readEvents(interestsId(user)),
    erase: async (user, at, cause) => {
      await handle(interestsId(user), { type: 'EraseInterests', data: { at } }, cause);
    },
  };
};
