import type { Queries } from '@lego-moc/postgres/database';
import type { OwnedPieces } from '../../application/ports/owned-pieces.ts';
import { itemKeyOf } from '../../domain/buildability/item-key.ts';
import type { StockLot } from '../../domain/buildability/needs.ts';
import type { Source } from '../../domain/inventory-item-events.ts';
import { pieceOf } from '../../domain/lots.ts';
import { usableOf, type ItemLot } from '../../domain/tracked-item.ts';

type Row = {
  readonly kind: Source['kind'];
  readonly sourceId: string;
  readonly title: string;
  readonly built: boolean;
  readonly lots: readonly ItemLot[];
};

/** Pieces of a model, or for one, serve it alone; those of a set or of loose parts serve everybody. */
const reservationOf = ({ kind, sourceId, built }: Row): string | null =>
  built || kind === 'parts-list' || kind === 'wish' ? `${kind}:${sourceId}` : null;

const toStock = (row: Row): readonly StockLot[] =>
  row.lots.flatMap((itemLot) => {
    const { colour, ...item } = pieceOf(itemLot.lot);
    const quantity = usableOf(itemLot);
    if (quantity <= 0) return [];
    return [{ holding: row.title, part: itemKeyOf(item), colour, quantity, reservedFor: reservationOf(row) }];
  });

/** The usable pieces of the items that a builder tracks, from PostgreSQL. */
export const itemPieces = (db: Pick<Queries, 'any' | 'one'>): OwnedPieces => ({
  of: async (owner) => {
    const [{ revision }, rows] = await Promise.all([
      db.one<{ readonly revision: string }>(
        `SELECT md5(coalesce(string_agg(id || ' ' || revision, ',' ORDER BY id), '')) AS revision
           FROM inventory_items WHERE owner = $<owner>`,
        { owner },
      ),
      db.any<Row>(
        `SELECT kind, reply->'source'->>'id' AS "sourceId", reply->>'title' AS title, built, lots
           FROM inventory_items WHERE owner = $<owner> AND usable > 0 ORDER BY id`,
        { owner },
      ),
    ]);
    return { revision, lots: rows.flatMap(toStock) };
  },
});
