import type { Projection } from '@lego-moc/read-models/projection';
import type { InventoryItemEvent, Source } from '../../domain/inventory-item-events.ts';
import { inventoryItemDecider } from '../../domain/inventory-item.ts';
import {
  countPieces,
  isPurchased,
  percentageOf,
  type ItemLot,
  type RecordedPurchase,
  type TrackedItem,
} from '../../domain/tracked-item.ts';
import { toItemReply } from '../../application/item-reply.ts';
import type { ItemReply } from '../../contracts/http-api.ts';

/** A tracked item. `reply` is what its owner reads; `needed` and `usable` are pieces; instants sort as texts. */
export type ItemRow = {
  readonly owner: string;
  readonly kind: Source['kind'];
  readonly changed_at: string;
  readonly needed: number;
  readonly usable: number;
  readonly percentage: number;
  readonly built: boolean;
  readonly purchased: boolean;
  readonly reply: ItemReply;
  readonly lots: readonly ItemLot[];
  readonly purchases: readonly RecordedPurchase[];
  readonly rest: Omit<TrackedItem, 'lots' | 'purchases' | 'sections'>;
};

/** Sections are read from the stream. */
const toRow = ({ sections, lots, purchases, ...rest }: TrackedItem): ItemRow => {
  const item = { sections, lots, purchases, ...rest };
  const { needed, usable } = countPieces(item);
  return {
    ...{ owner: rest.owner, kind: rest.source.kind, changed_at: rest.changedAt, needed, usable },
    percentage: percentageOf(item),
    built: rest.built,
    purchased: isPurchased(item),
    reply: toItemReply(item),
    ...{ lots, purchases, rest },
  };
};

/** A row for each item that is tracked; lots and purchases are written one by one, since most events touch few. */
export const inventoryItems: Projection<InventoryItemEvent, ItemRow> = {
  name: 'inventory-items',
  source: { category: 'inventoryItem' },
  columns: {
    ...{ owner: 'text', kind: 'text', changed_at: 'text' },
    ...{ needed: 'double precision', usable: 'double precision', percentage: 'integer' },
    ...{ built: 'boolean', purchased: 'boolean', reply: 'json', rest: 'json' },
    lots: { membersBy: 'lot' },
    purchases: { membersBy: 'purchaseId' },
  },
  indexes: ['CREATE INDEX ON $table (owner, changed_at DESC, id DESC)'],
  evolve: (row, { event }) => {
    const before =
      row === undefined
        ? inventoryItemDecider.initial
        : { ...row.rest, lots: row.lots, purchases: row.purchases, sections: [] };
    const after = inventoryItemDecider.evolve(before, event);
    return after.status === 'tracked' ? toRow(after) : undefined;
  },
};
