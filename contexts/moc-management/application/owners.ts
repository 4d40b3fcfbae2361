import { commandHandler } from '@lego-moc/application/command-handler';
import { currentState } from '@lego-moc/application/current-state';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { MocId } from '../domain/moc-events.ts';
import { ownerDecider, refusalOf, type OwnerRejection } from '../domain/owner.ts';
import type { OwnerEvent } from '../domain/owner-events.ts';

/** The stream of an owner; its name does not tell whose it is. */
export const ownerId = (owner: UserId): string => derivedId('owner', owner);

/** All who build, or did. */
export type Owners = {
  /** Puts a MOC down as theirs, before it is drafted; why not, if it may not be. Done twice, harmless. */
  readonly begin: (owner: UserId, mocId: MocId, cause: Cause) => Promise<Rejection<OwnerRejection> | undefined>;
  /** Every MOC that was put down. Complete once they are erased: nothing is put down after that. */
  readonly begun: (owner: UserId) => Promise<readonly MocId[]>;
  /** For good. Done twice, harmless. */
  readonly erase: (owner: UserId, at: Instant, cause: Cause) => Promise<void>;
  /** Why nothing new may be built for them, if so. Never from memory: any instance may hear of an erasure first. */
  readonly refusal: (owner: UserId) => Promise<Rejection<OwnerRejection> | undefined>;
};

export const owners = (streams: EventStreams<OwnerEvent>): Owners => {
  const handle = commandHandler(ownerDecider, streams);
  const stateOf = currentState(ownerDecider, streams);
  return {
    begin: async (owner, mocId, cause) => {
      const outcome = await handle(ownerId(owner), { type: 'BeginMoc', data: { mocId } }, cause);
      return isRejection(outcome) ? outcome : undefined;
    },
    begun: async (owner) => (await stateOf(ownerId(owner))).begun,
    erase: async (owner, at, cause) => {
      await handle(ownerId(owner), { type: 'EraseOwner', data: { at } }, cause);
    },
    refusal: async (owner) => refusalOf(await stateOf(ownerId(owner))),
  };
};
