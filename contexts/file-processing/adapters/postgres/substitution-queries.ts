import type { Database } from '@lego-moc/postgres/database';
import type { SubstitutionsQuery, SubstitutionsReply } from '../../contracts/substitution-api.ts';
import { newestRelease } from './newest-release.ts';

type Relationship = SubstitutionsReply['relationships'][number];
type Row = { readonly kind: Relationship[0]; readonly child: string; readonly parent: string };

/** The query behind the route of substitutions, in an order that is the same for every page of a release. */
export const substitutionsIn =
  (db: Database) =>
  async ({ cursor, limit }: SubstitutionsQuery): Promise<SubstitutionsReply> => {
    const { number, id } = await newestRelease(db);
    const [colours, rows] = await Promise.all([
      db.any<SubstitutionsReply['colours'][number]>(
        `SELECT id AS "colourId", name, transparent FROM colour WHERE release = $1 ORDER BY id`,
        [number],
      ),
      db.any<Row>(
        `SELECT kind, child_part_number AS child, parent_part_number AS parent FROM part_relationship
          WHERE release = $1 AND kind IN ('A', 'M', 'P')
          ORDER BY kind, child_part_number, parent_part_number OFFSET $2 LIMIT $3 + 1`,
        [number, cursor, limit],
      ),
    ]);
    const relationships = rows.slice(0, limit).map(({ kind, child, parent }): Relationship => [kind, child, parent]);
    return { release: id, colours, relationships, nextCursor: rows.length > limit ? cursor + limit : null };
  };
