import type { Database } from '@lego-moc/postgres/database';
import type { ColoursReply, ElementReply } from '../../contracts/catalogue-api.ts';
import { newestRelease } from './newest-release.ts';

/** The colours of the newest release, and the elements that parts are sold as in them. */
export const elementQueries = (
  db: Database,
): {
  readonly colours: () => Promise<ColoursReply>;
  /** `undefined` when there is none of this number. */
  readonly element: (elementId: string) => Promise<ElementReply | undefined>;
} => ({
  colours: async () => {
    const { number, id } = await newestRelease(db);
    const colours = await db.any<ColoursReply['colours'][number]>(
      'SELECT id AS "colourId", name, rgb, transparent FROM colour WHERE release = $1 ORDER BY id',
      [number],
    );
    return { release: id, colours };
  },

  element: async (elementId) => {
    const { number } = await newestRelease(db);
    const element = await db.oneOrNone<ElementReply>(
      `SELECT element_id AS "elementId", element.part_number AS "partNumber", coalesce(part.name, '') AS name,
              design_id AS "designId", colour_id AS "colourId", colour.name AS "colourName"
         FROM element JOIN colour ON colour.release = element.release AND colour.id = colour_id
         LEFT JOIN part ON part.release = element.release AND part.key = lower(element.part_number)
        WHERE element.release = $1 AND element_id = $2`,
      [number, elementId],
    );
    return element ?? undefined;
  },
});
