import { foldedStates } from '@lego-moc/application/folded-states';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { MocId } from '../domain/moc-events.ts';
import { ownerDecider, refusalOf, type OwnerRejection } from '../domain/owner.ts';
import type { OwnerEvent } from '../domain/owner-events.ts';

/** The id of an owner's stream; the user id cannot be read from it. */
export const ownerId = (owner: UserId): string => derivedId('owner', owner);

/** The owners of MOCs, erased or not. */
export type Owners = {
  /** Records a MOC as theirs before it is drafted; returns the reason when that is refused. Idempotent. */
  readonly begin: (owner: UserId, mocId: MocId, cause: Cause) => Promise<Rejection<OwnerRejection> | undefined>;
  /** Every MOC that was recorded. Complete once they are erased: none is recorded after that. */
  readonly mocIdsOf: (owner: UserId) => Promise<readonly MocId[]>;
  /** Permanently erases an owner. Idempotent. */
  readonly erase: (owner: UserId, at: Instant, cause: Cause) => Promise<void>;
  /** Why no new MOC may be drafted for them, if so. Read from the stream: another instance may have erased them. */
  readonly refusal: (owner: UserId) => Promise<Rejection<OwnerRejection> | undefined>;
};

export const owners = (streams: EventStreams<OwnerEvent>): Owners => {
  const { handle, latest } = foldedStates(ownerDecider, streams);
  const stateOf = async (owner: UserId) => (await latest(ownerId(owner))).state;
  return {
    begin: async (owner, mocId, cause) => {
      const outcome = await handle(ownerId(owner), { type: 'BeginMoc', data: { mocId } }, cause);
      return isRejection(outcome) ? outcome : undefined;
    },
    mocIdsOf: async (owner) => (await stateOf(owner)).mocIds,
    erase: async (owner, at, cause) => {
      await handle(ownerId(owner), { type: 'EraseOwner', data: { at } }, cause);
    },
    refusal: async (owner) => refusalOf(await stateOf(owner)),
  };
};
