import type { Database } from '@lego-moc/postgres/database';
import { partKey } from '../../domain/catalogue.ts';
import type { SetContent, SetLot } from '../../domain/set-contents.ts';
import type { SetOpening } from '../../application/ports/set-opening.ts';
import { IS_UNOPENED, OPENED_SETS } from './opened-sets.ts';

const SETS = `
  SELECT lot, line, item_type AS "itemType", part_number AS number, quantity, role FROM lot
   WHERE job_id = $1 AND attempt_id = $2 AND item_type IN ('S', 'M') AND problem IS NULL AND role IN ('needed', 'extra')
   ORDER BY lot LIMIT $3`;

/** The newest inventory of each set: the very one before the first edition of it. */
const INVENTORIES = `
  SELECT DISTINCT ON (lot) lot, inventory_id AS "inventoryId"
    FROM unnest($2::integer[], $3::text[]) AS listed (lot, key)
    JOIN inventory ON inventory.release = $1
     AND inventory.key = ANY (CASE WHEN listed.key LIKE '%-%' THEN ARRAY[listed.key]
                                   ELSE ARRAY[listed.key, listed.key || '-1'] END)
   ORDER BY lot, length(inventory.key), version DESC, inventory_id DESC`;

const CONTENTS = `${OPENED_SETS}, content AS (
    SELECT root, 'P' AS item_type, part_number AS number, colour_id, is_spare, quantity * times AS quantity
      FROM opened JOIN inventory_part ON inventory_part.release = $1 AND inventory_part.inventory_id = opened.inventory_id
     UNION ALL
    SELECT root, CASE kind WHEN 'minifig' THEN 'M' ELSE 'S' END, coalesce(set_number, key), NULL, false,
           inventory_set.quantity * times
      FROM opened
      JOIN inventory_set ON inventory_set.release = $1 AND inventory_set.inventory_id = opened.inventory_id
      LEFT JOIN catalogue_set USING (release, key)
     WHERE ${IS_UNOPENED}
  )
  SELECT root::integer AS "setLot", item_type AS "itemType", number, colour_id AS "colourId", is_spare AS "isSpare",
         sum(quantity) AS quantity
    FROM content GROUP BY root, item_type, number, colour_id, is_spare
   ORDER BY root::integer, item_type, number, colour_id, is_spare LIMIT $4`;

const COPY = `
  INSERT INTO lot (job_id, attempt_id, role, lot, line, item_type, part_number, colour, quantity_text, quantity, problem,
                   part, colour_id, is_unknown, problem_detail, problem_field, purchase_order, is_element, opened_from,
                   part_rule, part_provenance, steps)
  SELECT job_id, $3, CASE WHEN lot = ANY ($4::integer[]) THEN 'opened' ELSE role END, lot, line, item_type, part_number,
         colour, quantity_text, quantity, problem, part, colour_id, is_unknown, problem_detail, problem_field,
         purchase_order, is_element, opened_from, part_rule, part_provenance, steps
    FROM lot WHERE job_id = $1 AND attempt_id = $2`;

/** Sets of stored lists, and what is in them by the tables of the catalogue. */
export const postgresSetOpening = (db: Database): SetOpening => ({
  findSets: (jobId, attemptId, limit) => db.any<SetLot>(SETS, [jobId, attemptId, limit]),

  contents: async ({ number }, sets, limit) => {
    const inventories = await db.any<{ readonly lot: number; readonly inventoryId: number }>(INVENTORIES, [
      ...[number, sets.map(({ lot }) => lot), sets.map((set) => partKey(set.number))],
    ]);
    return db.any<SetContent>(CONTENTS, [
      ...[number, inventories.map(({ lot }) => String(lot)), inventories.map(({ inventoryId }) => inventoryId), limit],
    ]);
  },

  copyLots: async (jobId, from, to, openedLots) => {
    await db.none(COPY, [jobId, from, to, openedLots]);
  },
});
