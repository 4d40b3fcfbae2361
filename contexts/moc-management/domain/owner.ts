import { reject, unreachable, type Decider, type Decision, type Rejection } from '@lego-moc/kernel/decider';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { MocId } from './moc-events.ts';
import type { OwnerEvent } from './owner-events.ts';

export type EraseOwner = Message<'EraseOwner', { at: Instant }>;
/** Records a MOC as theirs before it is drafted. */
export type BeginMoc = Message<'BeginMoc', { mocId: MocId }>;
export type OwnerCommand = EraseOwner | BeginMoc;

export type OwnerRejection = 'user-erased';

/** An owner of MOCs. An erasure is final. */
export type Owner = {
  readonly erased: boolean;
  /** Every MOC that may ever have been drafted for them. */
  readonly mocIds: readonly MocId[];
};

/** Why no MOC may be drafted for them, if so. */
export const refusalOf = ({ erased }: Owner): Rejection<OwnerRejection> | undefined =>
  erased ? reject('user-erased', 'This account was erased.') : undefined;

const decide = (command: OwnerCommand, owner: Owner): Decision<OwnerEvent, OwnerRejection> => {
  switch (command.type) {
    case 'EraseOwner':
      return owner.erased ? [] : [{ type: 'OwnerErased', data: { erasedAt: command.data.at } }];
    case 'BeginMoc': {
      const { mocId } = command.data;
      const events: readonly OwnerEvent[] = owner.mocIds.includes(mocId) ? [] : [{ type: 'MocBegun', data: { mocId } }];
      return refusalOf(owner) ?? events;
    }
    default:
      return unreachable(command);
  }
};

const evolve = (owner: Owner, event: OwnerEvent): Owner => {
  switch (event.type) {
    case 'MocBegun':
      return { ...owner, mocIds: [...owner.mocIds, event.data.mocId] };
    case 'OwnerErased':
      return { ...owner, erased: true };
    default:
      return unreachable(event);
  }
};

export const ownerDecider: Decider<OwnerCommand, Owner, OwnerEvent, OwnerRejection> = {
  initial: { erased: false, mocIds: [] },
  decide,
  evolve,
};
