import type { CheckedLot } from '../../domain/catalogue.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';

/** The lots that were read, per attempt: only those of the attempt that completed its job are ever shown. */
export interface LotStore {
  /** Each lot of an attempt is added once. */
  add(jobId: JobId, attemptId: AttemptId, lots: readonly CheckedLot[]): Promise<void>;
  /**
   * Deletes all lots of the job, so that the attempt begins at the first one. Does nothing for an attempt that has lost
   * the lease: by then the lots are those of the next one.
   */
  clear(jobId: JobId, attemptId: AttemptId): Promise<void>;
  /** Deletes the lots of all attempts but `keep`. Returns how many there were. */
  removeAllBut(keep: AttemptId | undefined, jobId: JobId): Promise<number>;
  /** Like `removeAllBut`, but nothing while an attempt was active within the last minute: these lots are being read. */
  removeAbandoned(keep: AttemptId | undefined, jobId: JobId): Promise<number>;
}
