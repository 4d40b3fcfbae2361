import type { Database } from '@lego-moc/postgres/database';
import { partKey } from '../../domain/catalogue.ts';
import type { Catalogue, Release } from '../../application/ports/catalogue.ts';

/** There is none before the starter set is in, which happens before the service is ready. */
class CatalogueMissing extends Error {
  constructor() {
    super('There is no release of the catalogue yet');
    this.name = 'CatalogueMissing';
  }
}

/** The catalogue as tables, each row marked with its release. Releases are immutable, so their colours are cached. */
export const postgresCatalogue = (db: Database): Catalogue => {
  let cachedColours: { readonly release: number; readonly colours: ReadonlySet<number> } | undefined;

  const coloursOf = async ({ number }: Release): Promise<ReadonlySet<number>> => {
    if (cachedColours?.release === number) return cachedColours.colours;
    const rows = await db.any<{ id: number }>('SELECT id FROM colour WHERE release = $1', [number]);
    cachedColours = { release: number, colours: new Set(rows.map(({ id }) => id)) };
    return cachedColours.colours;
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
      const rows = await db.any<{ key: string; partNumber: string }>(
        'SELECT key, part_number AS "partNumber" FROM part WHERE release = $1 AND key = ANY($2::text[])',
        [release.number, keys],
      );
      return {
        parts: new Map(rows.map(({ key, partNumber }) => [key, partNumber])),
        colours: await coloursOf(release),
      };
    },
  };
};
