import type { UserId } from '@lego-moc/kernel/message';
import type { Queries } from '@lego-moc/postgres/database';
import type { LineageReader } from '../../application/lineage.ts';
import type { Credit } from '../../domain/lineage.ts';
import type { MocId } from '../../domain/moc-id.ts';

type Row = {
  readonly mocId: MocId;
  readonly title: string;
  readonly owner: UserId;
  readonly lineage: readonly Credit[];
};

const IS_VISIBLE = "(status = 'published' or owner = $<reader>)";

/** From the catalogue, as far as it is. */
export const lineageReader = (db: Pick<Queries, 'any'>): LineageReader => ({
  descendants: (mocId, reader, limit) =>
    db.any<Row>(
      `select id as "mocId", owner, lineage,
         case when owner = $<reader> then title else published->>'title' end as title
       from moc_catalogue where lineage @> $<ancestor>::jsonb and ${IS_VISIBLE}
       order by created_at, id limit $<limit>`,
      { ancestor: JSON.stringify([{ mocId }]), reader, limit },
    ),

  visible: async (mocIds, reader) => {
    if (mocIds.length === 0) return new Set();
    const rows = await db.any<{ id: MocId }>(
      `select id from moc_catalogue where id = any($<mocIds>) and ${IS_VISIBLE}`,
      { mocIds, reader },
    );
    return new Set(rows.map(({ id }) => id));
  },
});
