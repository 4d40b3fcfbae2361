import type { Queries } from '@lego-moc/postgres/database';
import type { BuildReader } from '../../application/ports/build-reader.ts';
import type { ListedBuild } from '../../contracts/builds-api.ts';

/** Reads builds from PostgreSQL. */
export const buildReader = (db: Pick<Queries, 'any'>): BuildReader => ({
  page: async (reader, { cursor, limit }) => {
    // Instant and id of the last row, joined by a low line, which neither has.
    const [changedAt = '', id = ''] = cursor?.split('_') ?? [];
    const rows = await db.any<ListedBuild>(
      `SELECT id AS "buildId", title, source, begun_at AS "begunAt", changed_at AS "changedAt"
       FROM inventory_builds WHERE (owner = $<reader> OR members @> ARRAY[$<reader>])
         ${cursor === undefined ? '' : 'AND (changed_at, id) < ($<changedAt>, $<id>)'}
       ORDER BY changed_at DESC, id DESC LIMIT $<limit> + 1`,
      { reader, limit, changedAt, id },
    );
    const builds = rows.slice(0, limit);
    const last = rows.length > limit ? builds.at(-1) : undefined;
    return { builds, nextCursor: last === undefined ? null : `${last.changedAt}_${last.buildId}` };
  },
});
