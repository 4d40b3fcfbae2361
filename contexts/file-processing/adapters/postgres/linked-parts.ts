import type { Database } from '@lego-moc/postgres/database';
import { partKey } from '../../domain/catalogue.ts';
import { LINK_STEPS_MAX, type PartLink } from '../../domain/part-links.ts';
import type { Release } from '../../application/ports/catalogue.ts';

/** A part of a release, and the colours of its elements. */
export type PartRow = { readonly key: string; readonly partNumber: string; readonly colourIds: readonly number[] };

/** The parts of the release with these keys. */
export const partsBy = (db: Database, { number }: Release, keys: readonly string[]): Promise<readonly PartRow[]> =>
  db.any<PartRow>(
    `SELECT key, part_number AS "partNumber",
            ARRAY(SELECT DISTINCT colour_id FROM element
                   WHERE element.release = part.release AND element.part_number = part.part_number) AS "colourIds"
       FROM part WHERE release = $1 AND key = ANY($2::text[])`,
    [number, keys],
  );

const linksBy = (db: Database, keys: readonly string[]): Promise<readonly PartLink[]> =>
  db.any<PartLink>(
    `SELECT rule, scheme, key, part_number AS "partNumber", provenance FROM part_link WHERE key = ANY($1::text[])`,
    [keys],
  );

/** The links of these numbers, and the parts of the release that they lead to, over several steps. */
export const linkedParts = async (
  db: Database,
  release: Release,
  keys: readonly string[],
): Promise<{ readonly links: readonly PartLink[]; readonly parts: readonly PartRow[] }> => {
  const links: PartLink[] = [];
  const parts: PartRow[] = [];
  let openKeys = keys;
  for (let step = 0; step < LINK_STEPS_MAX && openKeys.length > 0; step += 1) {
    const newLinks = await linksBy(db, openKeys);
    const targets = [...new Set(newLinks.map(({ partNumber }) => partKey(partNumber)))];
    const newParts = targets.length === 0 ? [] : await partsBy(db, release, targets);
    const knownKeys = new Set(newParts.map(({ key }) => key));
    links.push(...newLinks);
    parts.push(...newParts);
    openKeys = targets.filter((key) => !knownKeys.has(key));
  }
  return { links, parts };
};
