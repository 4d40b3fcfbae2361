import type { Database } from '@lego-moc/postgres/database';
import type { JobLeases, Progress } from '../../application/ports/job-leases.ts';

/** Five missed heartbeats at one a second: longer than any pause of a healthy process, shorter than a person waits. */
export const LEASE_S = 5;

/** Leases as rows, one a job. Time is the database's, the only clock that all workers share. */
export const postgresJobLeases = (
  db: Database,
): JobLeases & {
  /** The progress of the latest attempt; zeros before the first. */
  readonly progress: (jobId: string) => Promise<Progress>;
} => ({
  acquire: async ({ jobId, mocId, owner }, attemptId) => {
    const { rowCount } = await db.result(
      `INSERT INTO attempt (job_id, attempt_id, beat_at, lots, bytes, moc_id, owner)
       VALUES ($1, $2, clock_timestamp(), 0, 0, $4, $5)
       ON CONFLICT (job_id) DO UPDATE
         SET attempt_id = excluded.attempt_id, beat_at = excluded.beat_at, lots = 0, bytes = 0, lines = 0,
             moc_id = excluded.moc_id, owner = excluded.owner, settled = false, checked_release = 0
         WHERE attempt.attempt_id = excluded.attempt_id
            OR attempt.beat_at < clock_timestamp() - make_interval(secs => $3)`,
      [jobId, attemptId, LEASE_S, mocId, owner],
    );
    return rowCount === 1;
  },

  renew: async (jobId, attemptId, { lots, bytes, lines }) => {
    const { rowCount } = await db.result(
      `UPDATE attempt SET beat_at = clock_timestamp(), lots = $3, bytes = $4, lines = $5, settled = false
        WHERE job_id = $1 AND attempt_id = $2`,
      [jobId, attemptId, lots, bytes, lines],
    );
    return rowCount === 1;
  },

  release: async (jobId, attemptId) => {
    await db.none(
      `UPDATE attempt SET beat_at = clock_timestamp() - make_interval(secs => $3)
        WHERE job_id = $1 AND attempt_id = $2`,
      [jobId, attemptId, LEASE_S],
    );
  },

  progress: async (jobId) => {
    const row = await db.oneOrNone<{ lots: number; bytes: bigint; lines: number }>(
      'SELECT lots, bytes, lines FROM attempt WHERE job_id = $1',
      [jobId],
    );
    return row === null ? { lots: 0, bytes: 0, lines: 0 } : { ...row, bytes: Number(row.bytes) };
  },
});
