import type { Database } from '@lego-moc/postgres/database';
import type { Migration } from '@lego-moc/postgres/migrations';
import type { ExpiringSearches, ExpiringSearch } from '../../application/analytics/expire-searches.ts';

export const expiringSearchMigration: Migration = {
  id: 'expiring-search',
  sql: 'CREATE TABLE expiring_search (query_id uuid PRIMARY KEY)',
};

/** Old searches from the read model, remembered until their streams are deleted. */
export const expiringSearchesIn = (db: Pick<Database, 'any' | 'none'>): ExpiringSearches => ({
  next: async (before, limit) => {
    await db.none(
      `INSERT INTO expiring_search SELECT id::uuid FROM search_executions WHERE executed_at < $<before>
        ORDER BY executed_at LIMIT $<limit> ON CONFLICT DO NOTHING`,
      { before, limit },
    );
    return db.any<ExpiringSearch>(
      `SELECT query_id AS "queryId", EXISTS (SELECT FROM search_executions WHERE id = query_id::text) AS "isShown"
         FROM expiring_search LIMIT $<limit>`,
      { limit },
    );
  },
  remove: (queryIds) => db.none('DELETE FROM expiring_search WHERE query_id = ANY ($<queryIds>::uuid[])', { queryIds }),
});
