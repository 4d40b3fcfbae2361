import type { Queries } from '@lego-moc/postgres/database';
import type { InterestReader, ShownMoc } from '../../application/ports/interest-reader.ts';

/** From the read models, as far as they are. */
export const interestReader = (db: Pick<Queries, 'any' | 'one'>): InterestReader => ({
  count: async (kind, target, except) => {
    const { count } = await db.one<{ count: number }>(
      `select count(*)::int as count from moc_interests where "${kind}" @> array[$<target>] and id <> $<except>`,
      { target, except },
    );
    return count;
  },

  visibleMocs: (mocIds, reader) =>
    mocIds.length === 0
      ? Promise.resolve([])
      : db.any<ShownMoc>(
          `select id as "mocId", owner, case when owner = $<reader> then title else published->>'title' end as title
           from moc_catalogue where id = any($<mocIds>) and (status = 'published' or owner = $<reader>)`,
          { mocIds, reader },
        ),

  isBuilder: async (user) => {
    const { exists } = await db.one<{ exists: boolean }>(
      "select exists (select from moc_catalogue where owner = $<user> and status = 'published')",
      { user },
    );
    return exists;
  },
});
