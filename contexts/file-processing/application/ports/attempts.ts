import type { AttemptId, JobId } from '../../domain/file-job-events.ts';

/** How far the reading of a file has come. */
export type Progress = { readonly lots: number; readonly bytes: number };

/** Who works on which job. Keeps two workers from reading the same file at once, and outlives either of them. */
export interface Attempts {
  /** Takes the job; false while another attempt at it still shows signs of life. */
  take(jobId: JobId, attemptId: AttemptId): Promise<boolean>;
  /** A sign of life. False when the job was taken over meanwhile. */
  beat(jobId: JobId, attemptId: AttemptId, progress: Progress): Promise<boolean>;
  /** Leaves the job to whoever comes next. What was reached stays known. */
  release(jobId: JobId, attemptId: AttemptId): Promise<void>;
}
