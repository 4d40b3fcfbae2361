import type { UserId } from '@lego-moc/kernel/message';
import type { Queries } from '@lego-moc/postgres/database';
import type { OverdueParts } from '../../application/parts-follow-up.ts';
import type { StoredRow } from './latest-moc.ts';

/** How many MOCs are followed up in one round. */
const MOCS_MAX = 100;

/** From the catalogue. The condition is that of its partial index. */
export const overdueParts =
  (db: Pick<Queries, 'any'>): OverdueParts =>
  async (instant) => {
    const rows = await db.any<Pick<StoredRow, 'id' | 'owner' | 'parts_lists' | 'files'>>(
      `SELECT id, owner, parts_lists, files FROM moc_catalogue
       WHERE parts_lists @> '[{"status": "processing"}]' AND updated_at < $1
       ORDER BY updated_at LIMIT ${String(MOCS_MAX)}`,
      [instant],
    );
    return rows.flatMap(({ id, owner, parts_lists, files }) =>
      parts_lists
        .filter(({ status }) => status === 'processing')
        .map(({ partsListId, title, fileId, jobId }) => ({
          mocId: id,
          owner: owner as UserId,
          list: { partsListId, title, fileId, jobId },
          fileName: files.find((file) => file.fileId === fileId)?.name ?? title,
        })),
    );
  };
