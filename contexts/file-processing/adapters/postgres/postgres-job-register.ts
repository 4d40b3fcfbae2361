import type { Database } from '@lego-moc/postgres/database';
import type { JobRegister } from '../../application/ports/job-register.ts';
import type { JobId } from '../../domain/file-job-events.ts';

/** An attempt without activity for this long has written its last lot. */
export const QUIET_S = 60;

/** A job that nobody needs is submitted within seconds of the deletion of its list or MOC, or never. */
const DELETIONS_KEPT = '7 days';

/** The jobs of the table `attempt`, which has a row for each job that was ever begun. */
export const postgresJobRegister = (db: Database): JobRegister => ({
  noteMocDeleted: async (mocId) => {
    await db.none('DELETE FROM deleted_moc WHERE deleted_at < now() - $1::interval', [DELETIONS_KEPT]);
    await db.none('INSERT INTO deleted_moc (moc_id) VALUES ($1) ON CONFLICT DO NOTHING', [mocId]);
  },

  noteJobReleased: async (jobId) => {
    await db.none('DELETE FROM released_job WHERE released_at < now() - $1::interval', [DELETIONS_KEPT]);
    await db.none('INSERT INTO released_job (job_id) VALUES ($1) ON CONFLICT DO NOTHING', [jobId]);
  },

  isReleased: async ({ jobId, mocId }) => {
    const { released } = await db.one<{ released: boolean }>(
      `SELECT EXISTS (SELECT FROM deleted_moc WHERE moc_id = $1)
           OR EXISTS (SELECT FROM released_job WHERE job_id = $2) AS released`,
      [mocId, jobId],
    );
    return released;
  },

  jobsOf: async (mocId) => {
    const rows = await db.any<{ jobId: JobId }>('SELECT job_id AS "jobId" FROM attempt WHERE moc_id = $1', [mocId]);
    return rows.map(({ jobId }) => jobId);
  },

  revokeLease: async (jobId) => {
    await db.none(
      `UPDATE attempt SET attempt_id = gen_random_uuid(), beat_at = clock_timestamp(), settled = false WHERE job_id = $1`,
      [jobId],
    );
  },

  findUnsettled: async (limit) => {
    const rows = await db.any<{ jobId: JobId }>(
      `SELECT job_id AS "jobId" FROM attempt
        WHERE NOT settled AND beat_at < clock_timestamp() - make_interval(secs => $1) ORDER BY beat_at LIMIT $2`,
      [QUIET_S, limit],
    );
    return rows.map(({ jobId }) => jobId);
  },

  settle: async ({ jobId, mocId }) => {
    await db.none(
      `UPDATE attempt SET settled = true, moc_id = $2
        WHERE job_id = $1 AND beat_at < clock_timestamp() - make_interval(secs => $3)`,
      [jobId, mocId, QUIET_S],
    );
  },
});
