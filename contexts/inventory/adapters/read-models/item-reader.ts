import type { Queries } from '@lego-moc/postgres/database';
import type { ItemReader, ItemTotals } from '../../application/ports/item-reader.ts';
import type { ItemReply } from '../../contracts/http-api.ts';

type Row = { readonly id: string; readonly changed_at: string; readonly reply: ItemReply };

/** The cursor is the last row's place in the order: instant and id, joined by a low line, which neither has. */
const placeOf = (cursor: string): { readonly changedAt: string; readonly id: string } => {
  const [changedAt = '', id = ''] = cursor.split('_');
  return { changedAt, id };
};

/** Reads items from PostgreSQL. */
export const itemReader = (db: Pick<Queries, 'any' | 'one'>): ItemReader => ({
  page: async (owner, { kind, cursor, limit }) => {
    const rows = await db.any<Row>(
      `SELECT id, changed_at, reply FROM inventory_items WHERE owner = $<owner>
         ${kind === undefined ? '' : 'AND kind = $<kind>'}
         ${cursor === undefined ? '' : 'AND (changed_at, id) < ($<changedAt>, $<id>)'}
       ORDER BY changed_at DESC, id DESC LIMIT $<limit> + 1`,
      { owner, kind, limit, ...(cursor === undefined ? {} : placeOf(cursor)) },
    );
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      items: page.map(({ reply }) => reply),
      nextCursor: last === undefined ? null : `${last.changed_at}_${last.id}`,
    };
  },

  totals: (owner, kind) =>
    db.one<ItemTotals>(
      `SELECT count(*)::int AS items,
              (count(*) FILTER (WHERE built))::int AS built,
              (count(*) FILTER (WHERE purchased))::int AS purchased,
              (count(*) FILTER (WHERE percentage = 100))::int AS complete,
              coalesce(sum(needed), 0) AS needed,
              coalesce(sum(usable), 0) AS usable,
              to_char(coalesce(avg(CASE WHEN needed = 0 THEN 100 ELSE usable * 100 / needed END), 0), 'FM990.00')
                AS "averagePercentage"
       FROM inventory_items WHERE owner = $<owner> ${kind === undefined ? '' : 'AND kind = $<kind>'}`,
      { owner, kind },
    ),
});
