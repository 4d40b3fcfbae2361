import type { Database } from '@lego-moc/postgres/database';
import type { FindRevision } from '../../application/ports/document-revisions.ts';
import type { OwnWrite } from '../../application/ports/own-writes.ts';
import { DOCUMENT_TYPES } from '../../contracts/http-api.ts';
import { VISIBLE } from './filters.ts';
import { rowsOf, viewOf } from './indexes.ts';

/** Deleted documents of the same view as those of this type; nobody owns them any more. */
const selectDeleted = (type: OwnWrite['type']): string => `
  SELECT '${type}' AS type, id, revision FROM ${viewOf(type)}_revisions AS known
  WHERE id = $<id> AND NOT EXISTS (SELECT FROM ${viewOf(type)} AS living WHERE living.id = known.id)`;

const SELECT = [
  `SELECT type, id, revision FROM ${rowsOf(DOCUMENT_TYPES)} WHERE id = $<id> AND ${VISIBLE}`,
  ...[...Map.groupBy(DOCUMENT_TYPES, viewOf).values()].map(([type]) => selectDeleted(type as OwnWrite['type'])),
].join(' UNION ALL ');

/** Reads revisions from the rows of `postgresProjections`, tombstones included. */
export const findRevisionIn =
  (db: Database): FindRevision =>
  async (id, caller) =>
    (await db.oneOrNone<OwnWrite>(`${SELECT} LIMIT 1`, { id, caller })) ?? undefined;
