import type { Database } from '@lego-moc/postgres/database';
import { partKey } from '../../domain/catalogue.ts';
import type { CatalogueReply, PartReply } from '../../contracts/catalogue-api.ts';
import { newestRelease } from './newest-release.ts';

/** A print of a common brick has hundreds of relatives; nobody reads more than these. */
const RELATIONSHIPS_MAX = 200;

/** The queries behind the routes of the catalogue. */
export type CatalogueQueries = {
  readonly newest: () => Promise<CatalogueReply>;
  /** By Rebrickable's number, in any case; `undefined` when there is none. */
  readonly part: (partNumber: string) => Promise<PartReply | undefined>;
};

export const catalogueQueries = (db: Database): CatalogueQueries => {
  const coloursOf = (release: number, partNumber: string): Promise<PartReply['colours']> =>
    db.any<PartReply['colours'][number]>(
      `SELECT colour.id AS "colourId", colour.name, colour.rgb, array_agg(element_id ORDER BY element_id) AS "elementIds"
         FROM element JOIN colour ON colour.release = element.release AND colour.id = element.colour_id
        WHERE element.release = $1 AND element.part_number = $2
        GROUP BY colour.id, colour.name, colour.rgb ORDER BY colour.id`,
      [release, partNumber],
    );

  const relationshipsOf = (release: number, partNumber: string): Promise<PartReply['relationships']> =>
    db.any<PartReply['relationships'][number]>(
      `SELECT kind, 'parent' AS role, parent_part_number AS "partNumber" FROM part_relationship
        WHERE release = $1 AND child_part_number = $2
        UNION ALL
       SELECT kind, 'child', child_part_number FROM part_relationship
        WHERE release = $1 AND parent_part_number = $2
        ORDER BY 2, 1, 3 LIMIT $3`,
      [release, partNumber, RELATIONSHIPS_MAX],
    );

  return {
    newest: async () => {
      const { id, readyAt, counts } = await newestRelease(db);
      return {
        release: id,
        importedAt: readyAt,
        counts: Object.fromEntries(
          Object.entries(counts).map(([table, { imported, dangling, unreadable, repeated }]) => [
            table,
            { imported, leftOut: dangling + unreadable + repeated },
          ]),
        ),
      };
    },

    part: async (number) => {
      const { number: release } = await newestRelease(db);
      const part = await db.oneOrNone<Pick<PartReply, 'partNumber' | 'name' | 'category'>>(
        `SELECT part.part_number AS "partNumber", part.name, category.name AS category
           FROM part LEFT JOIN part_category category ON category.release = part.release AND category.id = category_id
          WHERE part.release = $1 AND key = $2`,
        [release, partKey(number)],
      );
      if (part === null) return undefined;
      return {
        ...part,
        colours: await coloursOf(release, part.partNumber),
        relationships: await relationshipsOf(release, part.partNumber),
      };
    },
  };
};
