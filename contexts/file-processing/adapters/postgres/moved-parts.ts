import type { Queries } from '@lego-moc/postgres/database';

/**
 * A part is gone where only the earlier release has its number. It was renumbered when all of its elements that are
 * still there belong to one part now, in their colours; or, when none is, when one part alone came in under its name,
 * category and material, and one alone left.
 */
const MOVES = `
  WITH gone AS (
    SELECT * FROM part WHERE release = $1
       AND NOT EXISTS (SELECT FROM part AS later WHERE later.release = $2 AND later.key = part.key)
  ), arrival AS (
    SELECT * FROM part WHERE release = $2
       AND NOT EXISTS (SELECT FROM part AS earlier WHERE earlier.release = $1 AND earlier.key = part.key)
  ), element_move AS (
    SELECT gone.key, min(later.part_number) AS part_number,
           count(DISTINCT lower(later.part_number)) = 1 AND bool_and(later.colour_id = earlier.colour_id) AS is_certain
      FROM gone
      JOIN element AS earlier ON earlier.release = $1 AND earlier.part_number = gone.part_number
      JOIN element AS later ON later.release = $2 AND later.element_id = earlier.element_id
     GROUP BY gone.key
  ), name_move AS (
    SELECT min(gone.key) AS key, min(arrival.part_number) AS part_number
      FROM gone JOIN arrival USING (name)
     WHERE gone.category_id IS NOT DISTINCT FROM arrival.category_id
       AND gone.material IS NOT DISTINCT FROM arrival.material
     GROUP BY name, gone.category_id, gone.material HAVING count(*) = 1
  )
  INSERT INTO part_link (key, scheme, rule, part_number, provenance)
  SELECT key, 'rebrickable', 'moved', part_number, format('%s to %s, by the %s', $3::text, $4::text, evidence)
    FROM (SELECT key, part_number, 'elements' AS evidence FROM element_move WHERE is_certain
          UNION ALL
          SELECT key, part_number, 'name' FROM name_move WHERE key NOT IN (SELECT key FROM element_move)) AS move
  ON CONFLICT (key, scheme, rule) DO UPDATE SET part_number = excluded.part_number, provenance = excluded.provenance`;

type ReleaseName = { readonly number: number; readonly id: string };

/** Records which parts were renumbered between the newest release and `number`, which is about to be published. */
export const recordMovedParts = async (db: Queries, number: number): Promise<void> => {
  const earlier = await db.oneOrNone<ReleaseName>(
    `SELECT number, id FROM catalogue_release WHERE ready_at IS NOT NULL ORDER BY ready_at DESC, number DESC LIMIT 1`,
  );
  if (earlier === null) return;
  const later = await db.one<ReleaseName>('SELECT number, id FROM catalogue_release WHERE number = $1', [number]);
  await db.none(MOVES, [earlier.number, later.number, earlier.id, later.id]);
};
