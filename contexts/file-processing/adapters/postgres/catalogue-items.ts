import type { Database } from '@lego-moc/postgres/database';
import {
  catalogueItem,
  type CatalogueItem,
  type CatalogueItemsQuery,
  type CatalogueItemsReply,
} from '../../contracts/catalogue-items-api.ts';
import { publishedReleases } from './newest-release.ts';

type Kind = CatalogueItem['kind'];
type ItemRow = CatalogueItem & { readonly key: string };
type Page = { readonly release: number; readonly after: string; readonly limit: number };

/** Parts come before sets. */
const KINDS: readonly Kind[] = ['part', 'set'];

/** Themes lie at most three deep; more would be a mistake of the dump, or a circle. */
const THEMES_DEEP = 4;

const SELECT: Readonly<Record<Kind, string>> = {
  part: `
    SELECT key, 'part' AS kind, part_number AS number, part.name, category.name AS category
      FROM part LEFT JOIN part_category category ON category.release = part.release AND category.id = category_id
     WHERE part.release = $<release> AND key > $<after> ORDER BY key LIMIT $<limit>`,
  set: `
    WITH RECURSIVE page AS (
      SELECT * FROM catalogue_set WHERE release = $<release> AND kind = 'set' AND key > $<after> ORDER BY key LIMIT $<limit>
    ), path AS (
      SELECT page.key, theme.name, parent_id, 1 AS depth
        FROM page JOIN theme ON theme.release = $<release> AND theme.id = theme_id
      UNION ALL
      SELECT path.key, theme.name, theme.parent_id, depth + 1
        FROM path JOIN theme ON theme.release = $<release> AND theme.id = path.parent_id
       WHERE depth < ${THEMES_DEEP}
    )
    SELECT key, 'set' AS kind, set_number AS number, name, themes[1] AS theme, coalesce(themes[2:], '{}') AS subthemes,
           year, pieces
      FROM page LEFT JOIN (SELECT key, array_agg(name ORDER BY depth DESC) AS themes FROM path GROUP BY key) themes USING (key)
     ORDER BY key`,
};

/** The query behind the route of catalogue items; `undefined` when that release is not there (any more). */
export const catalogueItemsIn = (db: Database) => {
  const read = (kind: Kind, page: Page) => db.any<ItemRow>(SELECT[kind], page);

  return async ({ release: id, cursor, limit }: CatalogueItemsQuery): Promise<CatalogueItemsReply | undefined> => {
    const releases = await publishedReleases(db);
    const release = id === undefined ? releases[0] : releases.find((entry) => entry.id === id);
    if (release === undefined) return undefined;
    const separator = cursor?.indexOf(':') ?? 0;
    const firstKind = cursor === undefined ? 0 : KINDS.indexOf(cursor.slice(0, separator) as Kind);
    const rows: ItemRow[] = [];
    for (const [index, kind] of KINDS.slice(firstKind).entries()) {
      const after = index === 0 && cursor !== undefined ? cursor.slice(separator + 1) : '';
      if (rows.length <= limit)
        rows.push(...(await read(kind, { release: release.number, after, limit: limit + 1 - rows.length })));
    }
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const nextCursor = rows.length > limit && last !== undefined ? `${last.kind}:${last.key}` : null;
    return { release: release.id, items: page.map((row) => catalogueItem.parse(row)), nextCursor };
  };
};
