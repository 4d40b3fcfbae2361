import type { Queries } from '@lego-moc/postgres/database';
import type { InterestCountsQuery, InterestCountsReply } from '../../contracts/interests-api.ts';

type Counts = InterestCountsReply['mocs'][number];

/** The query behind the route of counts, from the read model of interests. */
export const interestCountsIn =
  (db: Pick<Queries, 'any'>) =>
  async ({ cursor, limit }: InterestCountsQuery): Promise<InterestCountsReply> => {
    const rows = await db.any<Counts>(
      `SELECT target AS "mocId", count(*) FILTER (WHERE kind = 'like')::integer AS likes,
              count(*) FILTER (WHERE kind = 'bookmark')::integer AS bookmarks
         FROM (SELECT unnest("like") AS target, 'like' AS kind FROM moc_interests
               UNION ALL SELECT unnest(bookmark), 'bookmark' FROM moc_interests) AS interests
        WHERE target > $<after> GROUP BY target ORDER BY target LIMIT $<limit> + 1`,
      { after: cursor ?? '', limit },
    );
    const mocs = rows.slice(0, limit);
    return { mocs, nextCursor: rows.length > limit ? (mocs.at(-1)?.mocId ?? null) : null };
  };
