import type { Database } from '@lego-moc/postgres/database';
import type { OwnWrite, RecentWrites } from '../../application/ports/own-writes.ts';

/** By then every index shows what was written, or is known to be behind. */
const RECENT = `interval '5 seconds'`;
/** Who writes more in this time does not look for each of them. */
const WRITES_MAX = 20;

/** Reads recent writes from the rows of the projections `moc-index` and `wish-index`. */
export const recentWritesIn =
  (db: Database): RecentWrites =>
  (owner) =>
    db.any<OwnWrite>(
      `SELECT type, id, revision FROM (
         SELECT type, id, revision, owner, updated_at FROM moc_index
         UNION ALL SELECT type, id, revision, owner, updated_at FROM wish_index) AS documents
       WHERE owner = $<owner> AND updated_at > now() - ${RECENT}
       ORDER BY updated_at DESC LIMIT ${WRITES_MAX}`,
      { owner },
    );
