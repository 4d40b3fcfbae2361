import type { Cause, Revision } from '@lego-moc/application/event-streams';
import type { FoldedStates } from '@lego-moc/application/folded-states';
import type { Clock } from '@lego-moc/application/clock';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { InventoryRejection } from '../domain/inventory.ts';
import type { InventoryItemCommand, InventoryItemRejection } from '../domain/inventory-item-commands.ts';
import type { ItemChange } from '../domain/inventory-item-events.ts';
import { refuseStatement } from '../domain/item-lots.ts';
import type { LotQuantity } from '../domain/lots.ts';
import {
  acquiredBack,
  countPieces,
  openLots,
  percentageOf,
  type InventoryItem,
  type TrackedItem,
} from '../domain/tracked-item.ts';
import { itemIdOf } from './inventory-ids.ts';
import type { MocList, MocReader } from './ports/moc-reader.ts';
import type { PartsLists } from './ports/parts-lists.ts';
import { trackSource, type TrackingDependencies } from './track-source.ts';

export type StatusRejection =
  InventoryItemRejection | InventoryRejection | 'moc-not-found' | 'parts-list-not-found' | 'parts-not-counted';

export type ListStatus = {
  readonly list: MocList;
  /** Null before anything was said of the list. */
  readonly item: TrackedItem | null;
  readonly revision: Revision;
};

export type StatusChange = {
  readonly change: Pick<ItemChange, 'built' | 'purchased' | 'notes' | 'costEstimate' | 'statedCost'>;
  readonly acquiredPieces: number | undefined;
  readonly percentage: number | undefined;
};

export type StatusDependencies = Pick<TrackingDependencies, 'handleInventory'> & {
  readonly mocs: Pick<MocReader, 'list'>;
  readonly lists: Pick<PartsLists, 'read'>;
  readonly items: FoldedStates<InventoryItemCommand, InventoryItem, InventoryItemRejection>;
  readonly now: Clock;
};

type ListName = { readonly mocId: string; readonly partsListId: string };

type Statement = { readonly lots: readonly LotQuantity[]; readonly statedPieces?: number | null };

/**
 * What a count says: all pieces or none by an entry, and what lies between as its owner's word, since nobody knows which
 * lots they are. Of a percentage, the nearest number of pieces.
 */
const statementOf = ({ acquiredPieces, percentage }: StatusChange, item: TrackedItem): Statement => {
  const { needed, acquired } = countPieces(item);
  const pieces = acquiredPieces ?? (percentage === undefined ? undefined : Math.round((percentage * needed) / 100));
  if (pieces === undefined) return { lots: [] };
  if (acquiredPieces === undefined && percentage === percentageOf(item)) return { lots: [] };
  if (pieces === acquired) return { lots: [], statedPieces: null };
  if (pieces === needed) return { lots: openLots(item), statedPieces: null };
  if (pieces === 0) return { lots: acquiredBack(item), statedPieces: null };
  return { lots: [], statedPieces: pieces };
};

/** Gives the item of a list, which is tracked from now on if it was not. */
const trackList = ({ lists, items, handleInventory, now }: Omit<StatusDependencies, 'mocs'>) => {
  const track = trackSource({ handleInventory, handleItem: items.handle });
  return async (
    { list: { partsListId: id, jobId, title }, item }: ListStatus,
    owner: UserId,
    cause: Cause,
  ): Promise<TrackedItem | Rejection<StatusRejection>> => {
    if (item !== null) return item;
    const content = await lists.read(jobId, null, cause);
    if (typeof content === 'string') return reject('parts-not-counted', 'The list is not read yet, or cannot be.');
    const source = { kind: 'parts-list', id } as const;
    const itemId = itemIdOf(owner, source);
    const { origin, lots, steps: sections } = content;
    const outcome = await track(
      { itemId, owner, source, title, origin, lots, sections, at: now() },
      { ...cause, commandId: derivedId('track', cause.commandId) },
    );
    if (isRejection(outcome)) return outcome;
    const { state } = await items.latest(itemId);
    return state.status === 'tracked' ? state : reject('item-not-found', 'You track no such item.');
  };
};

/** Reads and changes what a builder has of a parts list: the status that the monolith kept with the list. */
export const partsListStatus = ({ mocs, lists, items, handleInventory, now }: StatusDependencies) => {
  const find = async (
    { mocId, partsListId }: ListName,
    reader: UserId,
    cause: Cause,
  ): Promise<ListStatus | Rejection<StatusRejection>> => {
    const list = await mocs.list(mocId, partsListId, reader, cause);
    if (list === undefined) return reject('moc-not-found', 'There is no such MOC.');
    if (list === 'no-such-list') return reject('parts-list-not-found', 'The MOC has no such parts list.');
    const { state, revision } = await items.latest(itemIdOf(reader, { kind: 'parts-list', id: partsListId }));
    const item = state.status === 'tracked' && state.owner === reader ? state : null;
    return { list, item, revision };
  };

  const itemOf = trackList({ lists, items, handleInventory, now });

  return {
    find,

    /** `expected` is the revision that the client has seen. Any part of it may be repeated. */
    change: async (
      name: ListName,
      by: UserId,
      wish: StatusChange,
      cause: Cause,
      expected?: bigint,
    ): Promise<ListStatus | Rejection<StatusRejection>> => {
      const before = await find(name, by, cause);
      if (isRejection<StatusRejection>(before)) return before;
      const item = await itemOf(before, by, cause);
      if (isRejection<StatusRejection>(item)) return item;
      const { lots, ...statement } = statementOf(wish, item);
      const change = { ...wish.change, ...statement };
      const refusal = refuseStatement(change, item);
      if (refusal !== undefined) return refusal;

      const at = now();
      const entryId = derivedId('acquire', cause.commandId);
      // A repetition whose entry is recorded goes on behind it.
      let seenRevision = item.entryIds.includes(entryId) ? undefined : expected;
      if (lots.length > 0) {
        const entry = { type: 'AcquireParts', data: { by, entryId, lots, at } } as const;
        const outcome = await items.handle(item.itemId, entry, { ...cause, commandId: entryId }, seenRevision);
        if (isRejection(outcome)) return outcome;
        seenRevision = undefined;
      }
      const update = { type: 'UpdateInventory', data: { by, change, marks: [], at } } as const;
      const outcome = await items.handle(item.itemId, update, cause, seenRevision);
      if (isRejection(outcome)) return outcome;
      return find(name, by, cause);
    },
  };
};

export type PartsListStatus = ReturnType<typeof partsListStatus>;
