import type { Database } from '@lego-moc/postgres/database';
import type { PartsQuery, PartsReply } from '../../contracts/catalogue-api.ts';
import { partKey } from '../../domain/catalogue.ts';
import { newestRelease } from './newest-release.ts';

type PartRow = PartsReply['parts'][number] & { readonly key: string };

/** More words than any part's name distinguishes. */
const WORDS_MAX = 10;

/** The words of a query as PostgreSQL's `to_tsquery` takes them: each by its beginning, all of them needed. */
export const wordsOf = (text: string): string =>
  (text.match(/[\p{L}\p{N}]+/gu) ?? [])
    .slice(0, WORDS_MAX)
    .map((word) => `'${word}':*`)
    .join(' & ');

/**
 * Finds parts of the newest release by words of their name or number, from an index. The very number comes first, then
 * short numbers before long ones, since plain parts have short numbers and prints long ones.
 */
export const searchPartsIn =
  (db: Database) =>
  async ({ q, cursor, limit }: PartsQuery): Promise<PartsReply> => {
    const { number, id } = await newestRelease(db);
    const words = wordsOf(q);
    if (words === '') return { release: id, parts: [], nextCursor: null };
    const rows = await db.any<PartRow>(
      `SELECT key, part_number AS "partNumber", part.name, category.name AS category
         FROM part LEFT JOIN part_category category ON category.release = part.release AND category.id = category_id
        WHERE part.release = $1 AND to_tsvector('simple', part_number || ' ' || part.name) @@ to_tsquery('simple', $2)
          AND ($4::text IS NULL OR (key <> $3, length(key), key) > ($4 <> $3, length($4), $4))
        ORDER BY key <> $3, length(key), key LIMIT $5`,
      [number, words, partKey(q.trim()), cursor ?? null, limit + 1],
    );
    const page = rows.slice(0, limit);
    return {
      release: id,
      parts: page.map(({ partNumber, name, category }) => ({ partNumber, name, category })),
      nextCursor: rows.length > limit ? (page.at(-1)?.key ?? null) : null,
    };
  };
