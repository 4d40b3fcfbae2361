import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { LotKey, LotQuantity } from '../lots.ts';
import { emptyMap, valueOf, withValue, type PersistentMap } from '../persistent-map.ts';
import type { HoldingEvent, JournalEvent, Place } from './holding-events.ts';

/** Pieces on their way to another place. */
export type PendingMove = {
  readonly entryId: string;
  readonly reason: string;
  readonly to: Place;
  readonly lots: readonly LotQuantity[];
};

/** The pieces in one place, by lot; lots without pieces are not there. */
export type OpenHolding = Place & {
  readonly status: 'open';
  readonly owner: UserId;
  readonly changedAt: Instant;
  readonly lots: PersistentMap<LotKey, number>;
  /** Moves whose pieces have left and are not yet known to have arrived. */
  readonly moves: readonly PendingMove[];
  /** The latest entries, which a client may still repeat. */
  readonly entryIds: readonly string[];
};

export type Holding = { readonly status: 'absent' } | { readonly status: 'erased' } | OpenHolding;

/** Entries that a client may still repeat; older ones were answered long ago. */
const ENTRY_IDS_MAX = 1_000;

/** A place that has no pieces yet. */
export const openHolding = ({ holdingId, location }: Place, owner: UserId, at: Instant): OpenHolding => ({
  ...{ status: 'open', holdingId, location, owner, changedAt: at, lots: emptyMap, moves: [], entryIds: [] },
});

/** The pieces of a lot that are there. */
export const quantityOf = ({ lots }: OpenHolding, lot: LotKey): number => valueOf(lots, lot) ?? 0;

/** The opposite of some changes. */
export const negate = (lots: readonly LotQuantity[]): readonly LotQuantity[] =>
  lots.map(({ lot, quantity }) => ({ lot, quantity: -quantity }));

/** What an entry of the journal added to its place: negative quantities left it. */
export const additionsOf = ({ type, data }: JournalEvent): readonly LotQuantity[] =>
  type === 'StockMovedOut' ? negate(data.lots) : data.lots;

const record = (holding: OpenHolding, event: JournalEvent): OpenHolding => {
  let { lots } = holding;
  for (const { lot, quantity } of additionsOf(event)) {
    const after = (valueOf(lots, lot) ?? 0) + quantity;
    lots = withValue(lots, lot, after === 0 ? undefined : after);
  }
  const { entryId, at } = event.data;
  const entryIds = [...holding.entryIds, entryId].slice(-ENTRY_IDS_MAX);
  return { ...holding, lots, moves: movesAfter(holding.moves, event), changedAt: at, entryIds };
};

const withoutMove = (moves: readonly PendingMove[], entryId: string): readonly PendingMove[] =>
  moves.filter((move) => move.entryId !== entryId);

const movesAfter = (moves: readonly PendingMove[], event: JournalEvent): readonly PendingMove[] => {
  if (event.type === 'MoveReturned') return withoutMove(moves, event.data.returnedEntryId);
  if (event.type !== 'StockMovedOut') return moves;
  const { entryId, reason, to, lots } = event.data;
  return [...moves, { entryId, reason, to, lots }];
};

/** The holding after one more event. */
export const applyEvent = (holding: Holding, event: HoldingEvent): Holding => {
  if (event.type === 'HoldingErased') return { status: 'erased' };
  if (event.type === 'HoldingOpened') return openHolding(event.data, event.data.owner, event.data.at);
  if (holding.status !== 'open') return holding;
  if (event.type === 'MoveCompleted') return { ...holding, moves: withoutMove(holding.moves, event.data.entryId) };
  return record(holding, event);
};
