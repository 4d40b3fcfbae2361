import type { Projection } from '@lego-moc/read-models/projection';
import { pieceOf, type LotKey, type LotQuantity, type Piece } from '../../domain/lots.ts';
import type { HoldingEvent } from '../../domain/stock/holding-events.ts';
import { additionsOf } from '../../domain/stock/open-holding.ts';

type StockLotRow = LotQuantity & Piece;

/** A place of a builder's own pieces. `location` is null for pieces that lie anywhere; instants sort as texts. */
export type HoldingRow = {
  readonly owner: string;
  readonly location: string | null;
  readonly changed_at: string;
  readonly lots: readonly StockLotRow[];
};

/** The last lot fills the gap of one that is gone, so that the others stay in their places and are not written anew. */
const removeAt = (lots: StockLotRow[], placeOf: Map<LotKey, number>, place: number): void => {
  const last = lots.pop();
  if (last === undefined || place === lots.length) return;
  lots[place] = last;
  placeOf.set(last.lot, place);
};

const addLots = (before: readonly StockLotRow[], additions: readonly LotQuantity[]): readonly StockLotRow[] => {
  const lots = [...before];
  const placeOf = new Map(lots.map(({ lot }, place) => [lot, place]));
  for (const { lot, quantity: change } of additions) {
    const place = placeOf.get(lot) ?? lots.length;
    const quantity = (lots[place]?.quantity ?? 0) + change;
    if (quantity === 0) {
      removeAt(lots, placeOf, place);
      placeOf.delete(lot);
    } else {
      lots[place] = { lot, ...pieceOf(lot), quantity };
      placeOf.set(lot, place);
    }
  }
  return lots;
};

/** A row for each place; its lots are written one by one, since most entries touch few. */
export const inventoryStock: Projection<HoldingEvent, HoldingRow> = {
  name: 'inventory-stock',
  source: { category: 'holding' },
  columns: { owner: 'text', location: 'text', changed_at: 'text', lots: { membersBy: 'lot' } },
  indexes: ['CREATE INDEX ON $table (owner, location, id)'],
  evolve: (row, { event }) => {
    if (event.type === 'HoldingErased') return undefined;
    const { owner, at } = event.data;
    if (event.type === 'HoldingOpened') return { owner, location: event.data.location, changed_at: at, lots: [] };
    if (row === undefined || event.type === 'MoveCompleted') return row;
    return { ...row, changed_at: at, lots: addLots(row.lots, additionsOf(event)) };
  },
};
