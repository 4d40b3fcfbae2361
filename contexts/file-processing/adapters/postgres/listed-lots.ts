import type { Database } from '@lego-moc/postgres/database';
import type { ListedLot } from '../../contracts/list-api.ts';
import { ANY_COLOUR } from '../../domain/catalogue.ts';
import type { StoredLot } from '../../domain/export-lot.ts';
import { newestRelease } from './newest-release.ts';
import { numbersElsewhere } from './numbers-elsewhere.ts';

const LOTS = `
  SELECT place::int AS lot, place::int AS line, item_type AS "itemType", number AS "partNumber",
         coalesce(listed.colour, '${String(ANY_COLOUR)}') AS colour, quantity::text AS "quantityText", quantity,
         'needed' AS role, NULL AS problem, part.part_number AS part, part.name AS "partName",
         CASE WHEN listed.colour IS NULL THEN ${String(ANY_COLOUR)} ELSE colour.id END AS "colourId",
         colour.name AS "colourName", ${numbersElsewhere('part.part_number')} AS "numbersElsewhere",
         ARRAY(SELECT element_id FROM element
                WHERE element.release = $5 AND element.part_number = part.part_number AND element.colour_id = colour.id
                ORDER BY length(element_id) DESC, element_id DESC) AS "elementIds"
    FROM unnest($1::text[], $2::text[], $3::text[], $4::int[]) WITH ORDINALITY
           AS listed (item_type, number, colour, quantity, place)
    LEFT JOIN part ON part.release = $5 AND item_type = 'P' AND part.key = lower(number)
    LEFT JOIN colour ON colour.release = $5 AND colour.id::text = listed.colour
   ORDER BY place`;

/** Lots that were never in a file, as the newest release of the catalogue has them. */
export const listedLotsIn =
  (db: Database) =>
  async (lots: readonly ListedLot[]): Promise<readonly StoredLot[]> => {
    const { number: release } = await newestRelease(db);
    const column = <Key extends keyof ListedLot>(key: Key): readonly ListedLot[Key][] => lots.map((lot) => lot[key]);
    return db.any<StoredLot>(LOTS, [
      column('itemType'),
      column('number'),
      column('colour'),
      column('quantity'),
      release,
    ]);
  };
