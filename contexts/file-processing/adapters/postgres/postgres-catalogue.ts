import type { Database } from '@lego-moc/postgres/database';
import { partKey, type CatalogueExtract } from '../../domain/catalogue.ts';
import { indexLinks } from '../../domain/part-links.ts';
import type { Catalogue, Release } from '../../application/ports/catalogue.ts';
import { linkedParts, partsBy, type PartRow } from './linked-parts.ts';

/** There is none before the starter set is in, which happens before the service is ready. */
class CatalogueMissing extends Error {
  constructor() {
    super('There is no release of the catalogue yet');
    this.name = 'CatalogueMissing';
  }
}

type ElementRow = { readonly elementId: string; readonly partNumber: string; readonly colourId: number };

/** LEGO's element ids; fewer digits are never one of a part. */
const ELEMENT_ID = /^\d{4,8}$/;

const byNumber = (rows: readonly PartRow[]): Pick<CatalogueExtract, 'parts' | 'partColours'> => ({
  parts: new Map(rows.map(({ key, partNumber }) => [key, partNumber])),
  partColours: new Map(
    rows
      .filter(({ colourIds }) => colourIds.length > 0)
      .map(({ partNumber, colourIds }) => [partNumber, new Set(colourIds)]),
  ),
});

/** The catalogue as tables, each row with its release. Releases are immutable, so their colours are cached. */
export const postgresCatalogue = (db: Database): Catalogue => {
  let cache: { readonly release: number; readonly colours: ReadonlyMap<number, string> } | undefined;

  const coloursOf = async ({ number }: Release): Promise<ReadonlyMap<number, string>> => {
    if (cache?.release === number) return cache.colours;
    const rows = await db.any<{ id: number; name: string }>('SELECT id, name FROM colour WHERE release = $1', [number]);
    cache = { release: number, colours: new Map(rows.map(({ id, name }) => [id, name])) };
    return cache.colours;
  };

  const elementsBy = async ({ number }: Release, ids: readonly string[]): Promise<CatalogueExtract['elements']> => {
    if (ids.length === 0) return new Map();
    const rows = await db.any<ElementRow>(
      `SELECT element_id AS "elementId", part_number AS "partNumber", colour_id AS "colourId"
         FROM element WHERE release = $1 AND element_id = ANY($2::text[])`,
      [number, ids],
    );
    return new Map(rows.map(({ elementId, ...element }) => [elementId, element]));
  };

  return {
    newestRelease: async () => {
      const release = await db.oneOrNone<Release>(
        'SELECT number, id FROM catalogue_release WHERE ready_at IS NOT NULL ORDER BY ready_at DESC, number DESC LIMIT 1',
      );
      if (release === null) throw new CatalogueMissing();
      return release;
    },

    lookUp: async (release, partNumbers) => {
      const keys = [...new Set(partNumbers.map(partKey))];
      const { links, parts } = await linkedParts(db, release, keys);
      const ownParts = await partsBy(db, release, keys);
      const elementIds = keys.filter((key) => ELEMENT_ID.test(key));
      return {
        ...byNumber([...ownParts, ...parts]),
        ...{ colours: await coloursOf(release), elements: await elementsBy(release, elementIds) },
        ...(links.length === 0 ? {} : { links: indexLinks(links) }),
      };
    },
  };
};
