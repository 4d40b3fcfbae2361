import { copyRows, type CopyValue } from '@lego-moc/postgres/copy';
import type { Database } from '@lego-moc/postgres/database';
import { isUnknownColour, isUnknownPart, type CheckedLot } from '../../domain/catalogue.ts';
import { QUIET_S } from './postgres-job-register.ts';
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
  'problem_detail',
  'problem_field',
  'purchase_order',
  'is_element',
  'part_rule',
  'part_provenance',
  'opened_from',
  'steps',
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
  lot.problem?.detail,
  lot.problem?.field,
  lot.order && JSON.stringify(lot.order),
  lot.isElement === true,
  lot.partRule?.rule,
  lot.partRule?.provenance,
  lot.openedFrom,
  lot.steps && JSON.stringify(lot.steps),
];

type LotRow = Omit<LotReply, 'problem' | 'order' | 'partRule' | 'openedFrom' | 'steps'> & {
  readonly rule: NonNullable<LotReply['partRule']>['rule'] | null;
  readonly provenance: string | null;
  readonly openedFrom: number | null;
  readonly order: LotReply['order'] | null;
  readonly steps: LotReply['steps'] | null;
  readonly problemCode: NonNullable<LotReply['problem']>['code'] | null;
  readonly problemDetail: string | null;
  readonly problemField: string | null;
};

const lotReplyOf = ({ problemCode: code, problemDetail, problemField: field, order, ...row }: LotRow): LotReply => {
  const { rule, provenance, openedFrom, steps, ...lot } = row;
  return {
    ...lot,
    ...(rule === null ? {} : { partRule: { rule, provenance: provenance ?? '' } }),
    ...(order ? { order } : {}),
    ...(openedFrom === null ? {} : { openedFrom }),
    ...(steps ? { steps } : {}),
    problem: code === null ? null : { code, detail: problemDetail ?? '', field },
  };
};

/** Few enough for the time limit of a statement. */
const REMOVE_ROWS_MAX = 20_000;

const filterFor = (unknown: boolean, problems: boolean): string => {
  if (unknown && problems) return 'AND (is_unknown OR problem IS NOT NULL)';
  if (unknown) return 'AND is_unknown';
  return problems ? 'AND problem IS NOT NULL' : '';
};

/** Deletes rows in portions, each within the time limit of a statement. Returns how many there were. */
const removeRows = async (db: Database, condition: string, values: readonly unknown[]): Promise<number> => {
  for (let removedCount = 0; ;) {
    const { rowCount } = await db.result(
      `DELETE FROM lot WHERE ctid = ANY (ARRAY(SELECT ctid FROM lot WHERE ${condition} LIMIT ${REMOVE_ROWS_MAX}))`,
      values,
    );
    removedCount += rowCount;
    if (rowCount < REMOVE_ROWS_MAX) return removedCount;
  }
};

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
    await removeRows(
      db,
      `job_id = $1 AND EXISTS (SELECT 1 FROM attempt WHERE attempt.job_id = $1 AND attempt.attempt_id = $2)`,
      [jobId, attemptId],
    );
  },

  removeAllBut: (keep, jobId) =>
    removeRows(db, 'job_id = $1 AND attempt_id IS DISTINCT FROM $2::uuid', [jobId, keep ?? null]),

  removeAbandoned: (keep, jobId) =>
    removeRows(
      db,
      `job_id = $1 AND attempt_id IS DISTINCT FROM $2::uuid AND EXISTS (
         SELECT 1 FROM attempt WHERE attempt.job_id = $1 AND beat_at < clock_timestamp() - make_interval(secs => $3))`,
      [jobId, keep ?? null, QUIET_S],
    ),

  page: async (jobId, attemptId, release, { cursor, limit, unknown, problems }) => {
    const lots = await db.any<LotRow>(
      `SELECT lot.line, lot.lot, lot.item_type AS "itemType", lot.part_number AS "partNumber", lot.colour, lot.quantity_text AS "quantityText",
              lot.quantity, lot.role, lot.part, part.name AS "partName", lot.colour_id AS "colourId",
              colour.name AS "colourName", lot.problem AS "problemCode", lot.problem_detail AS "problemDetail",
              lot.problem_field AS "problemField", lot.purchase_order AS "order",
              lot.part_rule AS rule, lot.part_provenance AS provenance, lot.opened_from AS "openedFrom", lot.steps
         FROM lot
         LEFT JOIN part ON part.release = $3 AND part.key = lower(lot.part)
         LEFT JOIN colour ON colour.release = $3 AND colour.id = lot.colour_id
        WHERE job_id = $1 AND attempt_id = $2 AND lot > $4 ${filterFor(unknown, problems)}
        ORDER BY lot LIMIT $5`,
      [jobId, attemptId, release, cursor, limit + 1],
    );
    const page = lots.slice(0, limit).map(lotReplyOf);
    return { lots: page, nextCursor: lots.length > limit ? (page.at(-1)?.lot ?? null) : null };
  },
});
