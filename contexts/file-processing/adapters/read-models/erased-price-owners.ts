import type { Queries } from '@lego-moc/postgres/database';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Projection } from '@lego-moc/read-models/projection';
import type { PriceOwnerErased } from '../../domain/prices/price-owner.ts';

/** The erased users, each in a row with the user's id. */
export const erasedPriceOwners: Projection<PriceOwnerErased, { readonly erased_at: Instant }> = {
  name: 'erased-price-owners',
  source: { category: 'priceOwner' },
  columns: { erased_at: 'timestamptz' },
  indexes: [],
  evolve: (_, { event }) => ({ erased_at: event.data.erasedAt }),
};

/** Erased users for whom prices or a key are still kept, at most `limit`. */
export const erasedOwnersWithPrices =
  (db: Pick<Queries, 'any'>) =>
  async (limit: number): Promise<readonly UserId[]> => {
    const rows = await db.any<{ id: UserId }>(
      `SELECT id FROM erased_price_owners AS erased
        WHERE EXISTS (SELECT FROM prices WHERE prices.owner = erased.id)
           OR EXISTS (SELECT FROM price_source_key WHERE user_id = erased.id)
        ORDER BY id LIMIT $1`,
      [limit],
    );
    return rows.map(({ id }) => id);
  };
