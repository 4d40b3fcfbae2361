import type { JobId } from '../../domain/file-job-events.ts';
import type { JobOfMoc } from './job-leases.ts';

/** Jobs that may have lots, deleted MOCs and released jobs: the queries behind the removal of lots. */
export interface JobRegister {
  /** Remembers for some days that a MOC was deleted, for jobs that are submitted or read only after that. */
  noteMocDeleted(mocId: string): Promise<void>;
  /** Remembers for some days that nobody needs the job, which may be submitted or read only after that. */
  noteJobReleased(jobId: JobId): Promise<void>;
  /** Whether the MOC of the job was deleted, or the job itself released. */
  isReleased(job: JobOfMoc): Promise<boolean>;
  /** The started jobs of a MOC. */
  jobsOf(mocId: string): Promise<readonly JobId[]>;
  /**
   * Ends the lease of the current holder, so that a running attempt stops, and schedules the job for the sweep again.
   */
  revokeLease(jobId: JobId): Promise<void>;
  /** At most `limit` jobs, unused for a minute, whose lots have not been cleaned up since their last attempt. */
  findUnsettled(limit: number): Promise<readonly JobId[]>;
  /** Records that the job has no lots but those of its outcome, and the MOC it belongs to. */
  settle(job: JobOfMoc): Promise<void>;
}
