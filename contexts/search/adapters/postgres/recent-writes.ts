import type { Database } from '@lego-moc/postgres/database';
import { DOCUMENT_TYPES } from '../../contracts/http-api.ts';
import type { OwnWrite, RecentWrites } from '../../application/ports/own-writes.ts';

import { rowsOf } from './indexes.ts';

/** By then every index shows what was written, or is known to be behind. */
const RECENT = `interval '5 seconds'`;
/** Who writes more in this time does not look for each of them. */
const WRITES_MAX = 20;

/** Reads recent writes from the rows of `postgresProjections`. */
export const recentWritesIn =
  (db: Database): RecentWrites =>
  (owner) =>
    db.any<OwnWrite>(
      `SELECT type, id, revision FROM ${rowsOf(DOCUMENT_TYPES)}
       WHERE owner = $<owner> AND updated_at > now() - ${RECENT}
       ORDER BY updated_at DESC LIMIT ${WRITES_MAX}`,
      { owner },
    );
