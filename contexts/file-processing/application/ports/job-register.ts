import type { JobId } from '../../domain/file-job-events.ts';
import type { JobOfMoc } from './job-leases.ts';

/** Which jobs may have lots, and which MOCs were deleted: what the removal of lots has to ask. */
export interface JobRegister {
  /** Remembers for some days that a MOC was deleted, for jobs that are submitted or read only after that. */
  noteMocDeleted(mocId: string): Promise<void>;
  isMocDeleted(mocId: string): Promise<boolean>;
  /** The jobs of a MOC that were begun. */
  jobsOf(mocId: string): Promise<readonly JobId[]>;
  /** Ends the lease of whoever holds it, so that a running attempt stops, and has the job swept again. */
  revokeLease(jobId: JobId): Promise<void>;
  /** At most `limit` jobs, unused for a minute, whose lots have not been cleaned up since their last attempt. */
  unsettled(limit: number): Promise<readonly JobId[]>;
  /** Notes that the job has no lots but those of its outcome, and whose MOC it belongs to. */
  settle(job: JobOfMoc): Promise<void>;
}
