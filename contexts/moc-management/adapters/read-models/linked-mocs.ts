import type { UserId } from '@lego-moc/kernel/message';
import type { Queries } from '@lego-moc/postgres/database';
import type { LinksOfMoc } from '../../application/gallery-linking.ts';
import { HAS_UNVERIFIED_LINKS, type StoredMoc } from './moc-catalogue.ts';

/** How many MOCs are read at once. */
const MOCS_MAX = 100;

type Row = Pick<StoredMoc, 'id' | 'owner' | 'gallery_links'>;

const linksOf = ({ id: mocId, owner, gallery_links: links }: Row): LinksOfMoc => ({
  mocId,
  owner: owner as UserId,
  links,
});

/** MOCs with links that wait to be validated, the longest unchanged first; the links that wait. */
export const mocsWithUnverifiedLinks = async (db: Pick<Queries, 'any'>): Promise<readonly LinksOfMoc[]> => {
  const rows = await db.any<Row>(
    `SELECT id, owner, gallery_links FROM moc_catalogue WHERE ${HAS_UNVERIFIED_LINKS}
     ORDER BY updated_at, id LIMIT ${String(MOCS_MAX)}`,
  );
  return rows.map(linksOf).map((moc) => ({ ...moc, links: moc.links.filter(({ verified }) => !verified) }));
};

/** Every MOC that links something, with all of its links, by id. */
export async function* mocsWithLinks(db: Pick<Queries, 'any'>): AsyncGenerator<LinksOfMoc> {
  for (let after = ''; ;) {
    const rows = await db.any<Row>(
      `SELECT id, owner, gallery_links FROM moc_catalogue
       WHERE id > $1 AND gallery_links <> '[]' ORDER BY id LIMIT ${String(MOCS_MAX)}`,
      [after],
    );
    yield* rows.map(linksOf);
    if (rows.length < MOCS_MAX) return;
    after = rows.at(-1)?.id ?? after;
  }
}
