import { copyRows, type CopyValue } from '@lego-moc/postgres/copy';
import type { Database } from '@lego-moc/postgres/database';
import { isUnknownColour, isUnknownPart, type CheckedLot } from '../../domain/catalogue.ts';
import type { LotStore } from '../../application/ports/lot-store.ts';
import type { LotReply, LotsQuery, LotsReply } from '../../contracts/http-api.ts';

const COLUMNS = [
  'job_id',
  'attempt_id',
  'lot',
  'line',
  'item_type',
  'part_number',
  'colour',
  'quantity_text',
  'quantity',
  'role',
  'problem',
  'part',
  'colour_id',
  'is_unknown',
] as const;

const rowOf = (jobId: string, attemptId: string, lot: CheckedLot): readonly CopyValue[] => [
  jobId,
  attemptId,
  lot.lot,
  lot.line,
  lot.itemType,
  lot.partNumber,
  lot.colour,
  lot.quantityText,
  lot.quantity,
  lot.role,
  lot.problem?.code,
  lot.part,
  lot.colourId,
  isUnknownPart(lot) || isUnknownColour(lot),
];

type LotRow = LotReply & { readonly itemType: string };

/** Lots as rows, written by COPY. */
export const postgresLots = (
  db: Database,
): LotStore & {
  /** A page of the lots of one attempt, in the order of the file, with the names of the release `release`. */
  readonly page: (jobId: string, attemptId: string, release: number, query: LotsQuery) => Promise<LotsReply>;
} => ({
  add: async (jobId, attemptId, lots) => {
    await copyRows(
      db,
      'lot',
      COLUMNS,
      lots.map((lot) => rowOf(jobId, attemptId, lot)),
    );
  },

  clear: async (jobId, attemptId) => {
    await db.none(
      `DELETE FROM lot WHERE job_id = $1
          AND EXISTS (SELECT 1 FROM attempt WHERE attempt.job_id = $1 AND attempt.attempt_id = $2)`,
      [jobId, attemptId],
    );
  },

  page: async (jobId, attemptId, release, { cursor, limit, unknown }) => {
    const lots = await db.any<LotRow>(
      `SELECT lot.line, lot.lot, lot.part_number AS "partNumber", lot.colour, lot.quantity_text AS "quantityText",
              lot.quantity, lot.role, lot.part, part.name AS "partName", lot.colour_id AS "colourId",
              colour.name AS "colourName"
         FROM lot
         LEFT JOIN part ON part.release = $3 AND part.key = lower(lot.part)
         LEFT JOIN colour ON colour.release = $3 AND colour.id = lot.colour_id
        WHERE job_id = $1 AND attempt_id = $2 AND lot > $4 AND (is_unknown OR NOT $5)
        ORDER BY lot LIMIT $6`,
      [jobId, attemptId, release, cursor, unknown, limit + 1],
    );
    const page = lots.slice(0, limit);
    return { lots: page, nextCursor: lots.length > limit ? (page.at(-1)?.lot ?? null) : null };
  },
});
