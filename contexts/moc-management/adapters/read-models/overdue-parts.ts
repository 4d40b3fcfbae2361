import type { UserId } from '@lego-moc/kernel/message';
import type { Queries } from '@lego-moc/postgres/database';
import type { OverdueParts } from '../../application/parts-follow-up.ts';
import { unreadOf } from '../../domain/parts-lists.ts';
import type { StoredMoc } from './moc-catalogue.ts';
import { HAS_UNREAD_LISTS } from './moc-catalogue.ts';

/** How many MOCs are followed up in one round. */
export const MOCS_MAX = 100;

type OverdueRow = Pick<StoredMoc, 'id' | 'owner' | 'parts_lists' | 'files'> & { readonly updatedAt: string };

/** From the catalogue. The condition is that of its partial index. */
export const overdueParts =
  (db: Pick<Queries, 'any'>): OverdueParts =>
  async (instant, after) => {
    const rows = await db.any<OverdueRow>(
      `SELECT id, owner, parts_lists, files, updated_at::text AS "updatedAt" FROM moc_catalogue
       WHERE ${HAS_UNREAD_LISTS} AND updated_at < $1
         AND ($2::timestamptz IS NULL OR (updated_at, id) > ($2::timestamptz, $3))
       ORDER BY updated_at, id LIMIT ${String(MOCS_MAX)}`,
      [instant, after?.updatedAt ?? null, after?.mocId ?? null],
    );
    const parts = rows.flatMap(({ id, owner, parts_lists, files }) =>
      parts_lists.flatMap(unreadOf).map((list) => ({
        mocId: id,
        owner: owner as UserId,
        list,
        fileName: files.find((file) => file.fileId === list.fileId)?.name ?? list.title,
      })),
    );
    const last = rows.length < MOCS_MAX ? undefined : rows.at(-1);
    return { parts, ...(last === undefined ? {} : { last: { updatedAt: last.updatedAt, mocId: last.id } }) };
  };
