/** Sets within sets within sets; real ones are two deep. A table that refers to itself ends here. */
const DEPTH_MAX = 4;

/**
 * The inventories within the inventories `$3` of release `$1`, each under the name of its root in `$2`, with how often
 * it is in there. Of a set within a set the newest version is taken.
 */
export const OPENED_SETS = `
  WITH RECURSIVE opened (root, inventory_id, times, depth) AS (
    SELECT root, inventory_id, 1::double precision, 1 FROM unnest($2::text[], $3::integer[]) AS roots (root, inventory_id)
     UNION ALL
    SELECT opened.root, content.inventory_id, opened.times * inventory_set.quantity, opened.depth + 1
      FROM opened
      JOIN inventory_set ON inventory_set.release = $1 AND inventory_set.inventory_id = opened.inventory_id
      JOIN LATERAL (SELECT inventory_id FROM inventory
                     WHERE inventory.release = $1 AND inventory.key = inventory_set.key
                     ORDER BY version DESC, inventory_id DESC LIMIT 1) content ON true
     WHERE opened.depth < ${DEPTH_MAX}
  )`;

/** Condition for the contents `inventory_set` of opened inventories that have no inventory of their own, or an empty one. */
export const IS_UNOPENED = `
    NOT EXISTS (SELECT FROM inventory JOIN inventory_part USING (release, inventory_id)
                 WHERE inventory.release = $1 AND inventory.key = inventory_set.key)
    AND NOT EXISTS (SELECT FROM inventory JOIN inventory_set content USING (release, inventory_id)
                     WHERE inventory.release = $1 AND inventory.key = inventory_set.key)`;
