import type { Queries } from '@lego-moc/postgres/database';

/** Ids of wishlists behind `after`, in their order. Lists of the last moments may be missing. */
export const listIdsIn =
  (db: Pick<Queries, 'any'>) =>
  async (after: string | undefined, limit: number): Promise<readonly string[]> => {
    const rows = await db.any<{ id: string }>(
      `SELECT id::text AS id FROM wishlists WHERE $1::text IS NULL OR id::text > $1 ORDER BY id::text LIMIT $2`,
      [after ?? null, limit],
    );
    return rows.map(({ id }) => id);
  };
