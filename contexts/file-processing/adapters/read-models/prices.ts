import type { Queries } from '@lego-moc/postgres/database';
import type { Projection } from '@lego-moc/read-models/projection';
import type { Instant } from '@lego-moc/kernel/message';
import type { OwnPrice, PriceBook } from '../../application/ports/price-book.ts';
import { PLATFORM, type PriceEvent, type PriceFigures } from '../../domain/prices/price-events.ts';
import type { LatestPrice } from '../../domain/prices/estimate.ts';

type PriceRow = {
  readonly owner: string;
  readonly item_type: string;
  readonly number: string;
  readonly colour: number;
  readonly condition: string;
  readonly guide: string;
  readonly currency: string;
  readonly figures: PriceFigures;
  readonly source: string;
  readonly observed_at: Instant;
};

/** The newest observation of each price. */
export const prices: Projection<PriceEvent, PriceRow> = {
  name: 'prices',
  source: { category: 'price' },
  columns: {
    ...{ owner: 'text', item_type: 'text', number: 'text', colour: 'integer' },
    ...{ condition: 'text', guide: 'text', currency: 'text', figures: 'json', source: 'text' },
    observed_at: 'timestamptz',
  },
  indexes: ['create index on $table (number, colour, owner)', 'create index on $table (owner, id)'],
  evolve: (_, { event }) => {
    if (event.type === 'PriceWithdrawn') return undefined;
    const { key, figures, source, observedAt } = event.data;
    const { itemType, ...rest } = key;
    return { ...rest, item_type: itemType, figures, source, observed_at: observedAt };
  },
};

/** Items of one query. */
const ITEMS_MAX = 2_000;

/** The read model `prices` as it is shown. */
export const priceBook = (db: Pick<Queries, 'any' | 'one'>): PriceBook => ({
  latest: async (reader, items, { condition, guide }) => {
    const latestPrices: LatestPrice[] = [];
    for (let from = 0; from < items.length; from += ITEMS_MAX) {
      const some = items.slice(from, from + ITEMS_MAX);
      latestPrices.push(
        ...(await db.any<LatestPrice>(
          `SELECT DISTINCT ON (item_type, number, colour, currency) item_type AS "itemType", number, colour, currency,
                  figures, observed_at AS "observedAt"
             FROM unnest($2::text[], $3::text[], $4::integer[]) AS item (item_type, number, colour)
             JOIN prices USING (item_type, number, colour)
            WHERE owner IN ($1, $5) AND condition = $6 AND guide = $7
            ORDER BY item_type, number, colour, currency, observed_at DESC, id`,
          [
            reader,
            ...[
              some.map(({ itemType }) => itemType),
              some.map(({ number }) => number),
              some.map(({ colour }) => colour),
            ],
            ...[PLATFORM, condition, guide],
          ],
        )),
      );
    }
    return latestPrices;
  },

  page: (owner, after, limit) =>
    db.any<OwnPrice>(
      `SELECT id AS "priceId", item_type AS "itemType", number, colour, condition, guide, currency, figures, source,
              observed_at AS "observedAt"
         FROM prices WHERE owner = $1 AND id > $2 ORDER BY id LIMIT $3`,
      [owner, after, limit],
    ),

  count: async (owner) =>
    Number((await db.one<{ count: bigint }>('SELECT count(*) AS count FROM prices WHERE owner = $1', [owner])).count),
});
