import type { Database, Queries } from '@lego-moc/postgres/database';
import type { FindPartColours, PartColour } from '../../application/ports/part-colours.ts';
import { partKey } from '../../domain/catalogue.ts';
import { newestRelease } from './newest-release.ts';

/** Sums up the elements and sets of every part and colour, of all releases or of the one that the condition leaves. */
export const summarizeColours = (condition: string): string => `
  INSERT INTO part_colour (release, key, colour_id, elements, sets)
  SELECT release, key, colour_id, sum(elements), sum(sets)
    FROM (
      SELECT release, lower(part_number) AS key, colour_id, count(*) AS elements, 0 AS sets
        FROM element WHERE ${condition} GROUP BY 1, 2, 3
      UNION ALL
      SELECT release, lower(part_number), colour_id, 0, count(DISTINCT inventory.key)
        FROM inventory_part JOIN inventory USING (release, inventory_id) WHERE ${condition} GROUP BY 1, 2, 3
    ) AS counts
   GROUP BY release, key, colour_id`;

/** Fills the summary of one release; its elements and inventories are in by then. */
export const fillPartColours = async (db: Queries, release: number): Promise<void> => {
  await db.none(summarizeColours('release = $1'), [release]);
};

const COLOURS = `
  SELECT wanted.part, colour_id AS "colourId", colour.name, elements, sets
    FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS wanted (part, key, place)
    JOIN part_colour ON part_colour.release = $1 AND part_colour.key = wanted.key
    JOIN colour ON colour.release = $1 AND colour.id = colour_id
   ORDER BY place, colour_id`;

/** The query behind the route of part colours. */
export const partColoursIn =
  (db: Database): FindPartColours =>
  async (parts) => {
    const { number, id, counts } = await newestRelease(db);
    const rows = await db.any<PartColour>(COLOURS, [number, parts, parts.map(partKey)]);
    const hasInventories = (counts['inventoryParts']?.imported ?? 0) > 0;
    return { release: id, colours: hasInventories ? rows : rows.map((row) => ({ ...row, sets: null })) };
  };
