import type { UserId } from '@lego-moc/kernel/message';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';

/** The progress of reading a file; `lines` is the line of the latest lot. */
export type Progress = { readonly lots: number; readonly bytes: number; readonly lines: number };

/** A job and the MOC that its list belongs to. */
export type JobOfMoc = { readonly jobId: JobId; readonly mocId: string };

/** A job as it is read. */
export type JobToRead = JobOfMoc & { readonly owner: UserId };

/** One lease a job, held by the attempt that reads its file. A lease that is not renewed expires. */
export interface JobLeases {
  /** Takes the lease; false while another attempt holds it. The holder may acquire it again. */
  acquire(job: JobToRead, attemptId: AttemptId): Promise<boolean>;
  /** Extends the lease and stores the progress. False when another attempt has acquired the lease since. */
  renew(jobId: JobId, attemptId: AttemptId, progress: Progress): Promise<boolean>;
  /** Lets the next attempt acquire the lease at once. The progress stays readable. */
  release(jobId: JobId, attemptId: AttemptId): Promise<void>;
}
