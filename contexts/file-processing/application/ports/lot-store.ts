import type { CheckedLot } from '../../domain/catalogue.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';

/** The lots that were read, per attempt: only those of the attempt that completed its job are ever shown. */
export interface LotStore {
  /** Each lot of an attempt is added once. */
  add(jobId: JobId, attemptId: AttemptId, lots: readonly CheckedLot[]): Promise<void>;
  /**
   * Forgets everything read for the job, so that the attempt begins at the first lot. Does nothing for an attempt that
   * has lost the job: what is there by then is the work of the next one.
   */
  clear(jobId: JobId, attemptId: AttemptId): Promise<void>;
}
