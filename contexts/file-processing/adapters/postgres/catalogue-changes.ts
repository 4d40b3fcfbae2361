import type { Database } from '@lego-moc/postgres/database';
import type { ChangesQuery, ChangesReply, ReleasesReply } from '../../contracts/catalogue-api.ts';
import { newestRelease, publishedReleases } from './newest-release.ts';

type Change = ChangesReply['changes'][number];
type Counts = ChangesReply['counts'];

/** Parts by number in either release; a part is compared by what people see of it. */
const DIFFERENCE = `
  SELECT coalesce(later.key, earlier.key) AS key, coalesce(later.part_number, earlier.part_number) AS "partNumber",
         CASE WHEN earlier.key IS NULL THEN 'added' WHEN later.key IS NULL THEN 'removed' ELSE 'changed' END AS change,
         later.name, earlier.name AS "nameBefore"
    FROM (SELECT * FROM part WHERE release = $1) earlier
    FULL JOIN (SELECT * FROM part WHERE release = $2) later ON later.key = earlier.key
   WHERE (earlier.name, earlier.category_id, earlier.material) IS DISTINCT FROM
         (later.name, later.category_id, later.material)`;

/**
 * How many parts the release `to` has more, fewer and other than `from`; both are numbers of releases. Of those that are gone,
 * the moved ones are there under another number.
 */
export const countChanges = (db: Database, from: number, to: number): Promise<Counts> =>
  db.one<Counts>(
    `SELECT count(*) FILTER (WHERE change = 'added')::integer AS added,
            count(*) FILTER (WHERE change = 'removed')::integer AS removed,
            count(*) FILTER (WHERE change = 'changed')::integer AS changed,
            count(*) FILTER (WHERE change = 'removed' AND EXISTS (
              SELECT FROM part_link WHERE rule = 'moved' AND part_link.key = difference.key))::integer AS moved
       FROM (${DIFFERENCE}) difference`,
    [from, to],
  );

/** The releases that are there, and how the newest differs from one of them. */
export const catalogueChanges = (
  db: Database,
): {
  readonly releases: () => Promise<ReleasesReply>;
  /** `undefined` when the release `since` is not there. */
  readonly changes: (query: ChangesQuery) => Promise<ChangesReply | undefined>;
} => ({
  releases: async () => ({
    releases: (await publishedReleases(db)).map(({ id, readyAt, counts }) => ({
      ...{ release: id, importedAt: readyAt },
      parts: counts.parts?.imported ?? 0,
    })),
  }),

  changes: async ({ since, cursor, limit }) => {
    const earlier = (await publishedReleases(db)).find(({ id }) => id === since);
    if (earlier === undefined) return undefined;
    const newest = await newestRelease(db);
    const rows = await db.any<Change & { readonly key: string }>(
      `SELECT * FROM (${DIFFERENCE}) difference WHERE $3::text IS NULL OR key > $3 ORDER BY key LIMIT $4`,
      [earlier.number, newest.number, cursor ?? null, limit + 1],
    );
    const page = rows.slice(0, limit);
    return {
      ...{ since, release: newest.id },
      counts: await countChanges(db, earlier.number, newest.number),
      changes: page.map(({ partNumber, change, name, nameBefore }) => ({ partNumber, change, name, nameBefore })),
      nextCursor: rows.length > limit ? (page.at(-1)?.key ?? null) : null,
    };
  },
});
