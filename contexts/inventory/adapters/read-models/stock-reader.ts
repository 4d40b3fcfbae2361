import type { Queries } from '@lego-moc/postgres/database';
import type { OwnedLot, StockReader } from '../../application/ports/stock-reader.ts';
import type { HoldingReply, StockReply, StockSummaryReply } from '../../contracts/stock-api.ts';

/** Every lot of every place of an owner, as a table. */
const STOCK_LOTS = `SELECT holding.id AS "holdingId", holding.location, lot.*
  FROM inventory_stock AS holding,
       json_to_recordset(holding.lots) AS lot (lot text, kind text, number text, colour text, quantity double precision)
  WHERE holding.owner = $<owner>`;

const REVISION = 'coalesce(sum(revision + 1), 0)::text AS revision';

const PLACES_MAX = 100;

type PieceRow = StockReply['pieces'][number] & { readonly lot: string };

/** The rows of a page and the cursor of the next one, from one row more than the page has. */
const pageOf = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
  toItem: (row: Row) => Item,
): { readonly items: readonly Item[]; readonly nextCursor: string | null } => {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { items: page.map(toItem), nextCursor: last === undefined ? null : cursorOf(last) };
};

const readPieces =
  (db: Pick<Queries, 'any'>): StockReader['pieces'] =>
  async (owner, query) => {
    const { kind, number, colour, location, cursor, limit } = query;
    const rows = await db.any<PieceRow>(
      `SELECT lot, kind, number, colour, sum(quantity) AS quantity,
                to_json((array_agg(json_build_object('holdingId', "holdingId", 'location', location, 'quantity', quantity)
                  ORDER BY location NULLS FIRST))[1:${String(PLACES_MAX)}]) AS places
         FROM (${STOCK_LOTS} ${location === undefined ? '' : 'AND holding.location = $<location>'}) AS own_lots
         WHERE true
           ${kind === undefined ? '' : 'AND kind = $<kind>'}
           ${number === undefined ? '' : 'AND number = $<number>'}
           ${colour === undefined ? '' : 'AND colour = $<colour>'}
           ${cursor === undefined ? '' : 'AND lot > $<cursor>'}
         GROUP BY lot, kind, number, colour ORDER BY lot LIMIT $<limit> + 1`,
      { owner, kind, number, colour, location, cursor, limit },
    );
    return pageOf(
      rows,
      limit,
      ({ lot }) => lot,
      (row) => ({ kind: row.kind, number: row.number, colour: row.colour, quantity: row.quantity, places: row.places }),
    );
  };

/** Reads owned pieces from PostgreSQL. */
export const stockReader = (db: Pick<Queries, 'any' | 'one'>): StockReader => {
  const revision: StockReader['revision'] = async (owner) => {
    const row = await db.one<{ revision: string }>(`SELECT ${REVISION} FROM inventory_stock WHERE owner = $<owner>`, {
      owner,
    });
    return row.revision;
  };
  return {
    revision,

    owned: (owner) =>
      db.one<{ revision: string; lots: readonly OwnedLot[] }>(
        `SELECT (SELECT ${REVISION} FROM inventory_stock WHERE owner = $<owner>) AS revision,
                coalesce(json_agg(own_lots), '[]') AS lots
         FROM (SELECT "holdingId", location, kind, number, colour, quantity FROM (${STOCK_LOTS}) AS lots) AS own_lots`,
        { owner },
      ),

    pieces: readPieces(db),

    holdings: async (owner, { cursor, limit }) => {
      const rows = await db.any<HoldingReply>(
        `SELECT id AS "holdingId", location, changed_at AS "changedAt", json_array_length(lots) AS lots,
                (SELECT coalesce(sum((lot->>'quantity')::double precision), 0) FROM json_array_elements(lots) AS lot) AS pieces
         FROM inventory_stock
         WHERE owner = $<owner> ${cursor === undefined ? '' : `AND coalesce(location, '') > $<cursor>`}
         ORDER BY coalesce(location, '') LIMIT $<limit> + 1`,
        { owner, cursor, limit },
      );
      return pageOf(
        rows,
        limit,
        ({ location }) => location ?? '',
        (row) => row,
      );
    },

    summary: (owner) =>
      db.one<Omit<StockSummaryReply, 'revision'>>(
        `SELECT (SELECT count(*)::int FROM inventory_stock WHERE owner = $<owner>) AS holdings,
                count(DISTINCT lot)::int AS lots,
                coalesce(sum(quantity) FILTER (WHERE kind = 'part'), 0) AS parts,
                coalesce(sum(quantity) FILTER (WHERE kind = 'set'), 0) AS sets,
                coalesce(sum(quantity) FILTER (WHERE kind = 'minifig'), 0) AS minifigs
         FROM (${STOCK_LOTS}) AS own_lots`,
        { owner },
      ),
  };
};
