import type { Database, Queries } from '@lego-moc/postgres/database';
import { partKey } from '../../domain/catalogue.ts';
import type { CrossWalkRow, CrossWalkStep, CrossWalkStore, StoredNumber } from '../../application/ports/cross-walk.ts';

const numbersOf = (rows: readonly CrossWalkRow[]): readonly [string[], string[]] => [
  rows.map(({ key }) => key),
  rows.map(({ scheme }) => scheme),
];

const stepOf = (db: Queries): CrossWalkStep & { readonly isChanged: () => boolean } => {
  let hasChange = false;
  return {
    isChanged: () => hasChange,

    stored: (rows) =>
      db.any<StoredNumber>(
        `SELECT scheme, key, part_number AS "partNumber", provenance FROM part_link
           JOIN unnest($1::text[], $2::text[]) AS number (key, scheme) USING (key, scheme)
          WHERE rule = 'cross-walk'`,
        [...numbersOf(rows)],
      ),

    countMissing: async (rows) => {
      const { missing } = await db.one<{ missing: number }>(
        `SELECT count(*)::integer AS missing FROM unnest($1::text[]) AS target (key)
          WHERE NOT EXISTS (SELECT FROM part WHERE part.key = target.key AND part.release = (
            SELECT number FROM catalogue_release WHERE ready_at IS NOT NULL ORDER BY ready_at DESC, number DESC LIMIT 1))`,
        [rows.map(({ partNumber }) => partKey(partNumber))],
      );
      return missing;
    },

    add: async (rows) => {
      hasChange = true;
      await db.none(
        `INSERT INTO part_link (key, scheme, rule, part_number, provenance)
         SELECT key, scheme, 'cross-walk', part_number, provenance
           FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS row (key, scheme, part_number, provenance)
         ON CONFLICT (key, scheme, rule)
         DO UPDATE SET part_number = excluded.part_number, provenance = excluded.provenance`,
        [...numbersOf(rows), rows.map(({ partNumber }) => partNumber), rows.map(({ provenance }) => provenance)],
      );
    },
  };
};

/** The cross-walk as rows that no release owns. An import that changes something is counted for the sweep. */
export const postgresCrossWalk = (db: Database): CrossWalkStore => ({
  transaction: (work) =>
    db.withoutTimeouts.tx(async (transaction) => {
      await transaction.none('LOCK TABLE cross_walk_import IN EXCLUSIVE MODE');
      const step = stepOf(transaction);
      const result = await work(step);
      if (step.isChanged()) await transaction.none('INSERT INTO cross_walk_import DEFAULT VALUES');
      return result;
    }),
});
