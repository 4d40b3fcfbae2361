import type { Database } from '@lego-moc/postgres/database';
import { isUnknownColour, isUnknownPart, type CheckedLot } from '../../domain/catalogue.ts';
import type { JobId } from '../../domain/file-job-events.ts';
import { parseLot, type LotProblemCode, type RawLot } from '../../domain/lot.ts';
import type { LotResolution } from '../../application/ports/lot-resolution.ts';

const PAGE_LOTS = 1000;

/** Jobs without unknown lots that one call passes over. */
const PASSED_JOBS_MAX = 5000;

type LotRow = Omit<RawLot, 'problem' | 'colourName' | 'isElement' | 'openedFrom'> &
  Pick<CheckedLot, 'lot' | 'part' | 'colourId'> & {
    readonly isElement: boolean | null;
    readonly openedFrom: number | null;
    readonly problemCode: LotProblemCode | null;
    readonly problemDetail: string | null;
  };

const lotOf = ({
  lot,
  part,
  colourId,
  isElement,
  openedFrom,
  problemCode,
  problemDetail,
  ...raw
}: LotRow): CheckedLot => {
  const problem = problemCode === null ? {} : { problem: { code: problemCode, detail: problemDetail ?? '' } };
  const element = isElement === true ? { isElement } : {};
  const origin = openedFrom === null ? {} : { openedFrom };
  const parsedLot = parseLot({ ...raw, ...element, ...origin, ...problem, colourName: null }, lot);
  return { ...parsedLot, part, partRule: null, colourId, colourAmbiguous: false, hint: null };
};

type CheckedJobs = Pick<LotResolution, 'knowledge' | 'noteCustomParts' | 'findUnchecked' | 'noteChecked'>;

/** What jobs were checked with, as columns of their attempts. */
const checkedJobs = (db: Database): CheckedJobs => ({
  knowledge: async ({ number }) => {
    const { imports } = await db.one<{ imports: number }>(
      'SELECT coalesce(max(number), 0) AS imports FROM cross_walk_import',
    );
    return number + imports;
  },

  findUnchecked: async (knowledge, limit) => {
    const condition = 'settled AND (checked_release < $1 OR custom_checked < custom_changes)';
    const unknown = 'SELECT FROM lot WHERE lot.job_id = attempt.job_id AND is_unknown';
    await db.none(
      `UPDATE attempt SET checked_release = $1, custom_checked = custom_changes WHERE settled AND job_id = ANY (ARRAY(
         SELECT job_id FROM attempt WHERE ${condition} AND NOT EXISTS (${unknown}) LIMIT ${PASSED_JOBS_MAX}))`,
      [knowledge],
    );
    const rows = await db.any<{ jobId: JobId }>(
      `SELECT job_id AS "jobId" FROM attempt WHERE ${condition} AND EXISTS (${unknown})
        ORDER BY checked_release, job_id LIMIT $2`,
      [knowledge, limit],
    );
    return rows.map(({ jobId }) => jobId);
  },

  noteCustomParts: async (owner, changes) => {
    await db.none(
      // Rows of older versions do not say whose they are; a check notes that.
      `UPDATE attempt SET custom_changes = $2 WHERE (owner = $1 OR owner IS NULL) AND custom_changes < $2`,
      [owner, changes],
    );
  },

  noteChecked: async (jobId, knowledge, customParts) => {
    await db.none(
      // The first check of a row that does not say whose it is only notes that; the changes were those of anybody.
      `UPDATE attempt SET checked_release = $2, owner = coalesce(owner, $4::text),
              custom_changes = CASE WHEN owner IS NULL THEN coalesce($3::integer, custom_changes) ELSE custom_changes END,
              custom_checked = CASE WHEN owner IS NULL AND $3::integer IS NOT NULL THEN -1 ELSE coalesce($3::integer, custom_changes) END
        WHERE job_id = $1 AND settled`,
      [jobId, knowledge, customParts?.changes ?? null, customParts?.owner ?? null],
    );
  },
});

/** Unknown lots as rows; a job remembers the knowledge that it was checked with. */
export const postgresLotResolution = (db: Database): LotResolution => ({
  ...checkedJobs(db),

  lots: async function* (jobId, attemptId, selection) {
    for (let cursor = 0; ;) {
      const rows = await db.any<LotRow>(
        `SELECT lot, line, item_type AS "itemType", part_number AS "partNumber", is_element AS "isElement", colour,
                quantity_text AS "quantityText", role, problem AS "problemCode", problem_detail AS "problemDetail",
                part, colour_id AS "colourId", opened_from AS "openedFrom"
           FROM lot WHERE job_id = $1 AND attempt_id = $2 AND lot > $3 ${selection === 'unknown' ? 'AND is_unknown' : ''}
          ORDER BY lot LIMIT ${PAGE_LOTS}`,
        [jobId, attemptId, cursor],
      );
      if (rows.length > 0) yield rows.map(lotOf);
      if (rows.length < PAGE_LOTS) return;
      cursor = rows.at(-1)?.lot ?? cursor;
    }
  },

  update: async (jobId, attemptId, lots) => {
    await db.none(
      `UPDATE lot SET part = change.part, colour_id = change.colour_id, is_unknown = change.is_unknown,
                      part_rule = change.part_rule, part_provenance = change.part_provenance
         FROM unnest($3::integer[], $4::text[], $5::integer[], $6::boolean[], $7::text[], $8::text[])
              AS change (lot, part, colour_id, is_unknown, part_rule, part_provenance)
        WHERE job_id = $1 AND attempt_id = $2 AND lot.lot = change.lot`,
      [
        ...[jobId, attemptId, lots.map(({ lot }) => lot), lots.map(({ part }) => part)],
        ...[lots.map(({ colourId }) => colourId), lots.map((lot) => isUnknownPart(lot) || isUnknownColour(lot))],
        ...[
          lots.map(({ partRule }) => partRule?.rule ?? null),
          lots.map(({ partRule }) => partRule?.provenance ?? null),
        ],
      ],
    );
  },
});
