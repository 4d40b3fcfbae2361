import type { EntryReply, HoldingReply } from '../contracts/stock-api.ts';
import { pieceOf } from '../domain/lots.ts';
import { entriesOf } from '../domain/persistent-map.ts';
import type { JournalEvent } from '../domain/stock/holding-events.ts';
import { additionsOf, type OpenHolding } from '../domain/stock/open-holding.ts';

/** A place as its owner reads it, without its lots. */
export const toHoldingReply = ({ holdingId, location, lots, changedAt }: OpenHolding): HoldingReply => {
  let pieces = 0;
  for (const [, quantity] of entriesOf(lots)) pieces += quantity;
  return { holdingId, location, lots: lots.size, pieces, changedAt };
};

const KINDS: Record<JournalEvent['type'], EntryReply['kind']> = {
  StockEntered: 'entered',
  StockCorrected: 'corrected',
  LedgerEntered: 'ledger',
  StockMovedOut: 'moved-out',
  StockMovedIn: 'moved-in',
  MoveReturned: 'move-returned',
  EntryReversed: 'reversed',
};

const otherLocationOf = (event: JournalEvent): string | null => {
  if (event.type === 'StockMovedOut') return event.data.to.location;
  return event.type === 'StockMovedIn' ? event.data.from.location : null;
};

/** An entry of the journal of a place; negative quantities left it. */
export const toEntryReply = (event: JournalEvent): EntryReply => {
  const { entryId, reason, at } = event.data;
  return {
    ...{ entryId, kind: KINDS[event.type], reason, day: event.type === 'StockEntered' ? event.data.day : null },
    ...{ otherLocation: otherLocationOf(event), recordedAt: at },
    lots: additionsOf(event).map(({ lot, quantity }) => ({ ...pieceOf(lot), quantity })),
  };
};
