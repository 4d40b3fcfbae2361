import type { CheckedLot } from '../../domain/catalogue.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';

/** Stored lots that a later release of the catalogue may know. */
export interface LotResolution {
  /** At most `limit` jobs at rest with unknown lots that were not checked against this release, or one after it. */
  findUnchecked(release: number, limit: number): Promise<readonly JobId[]>;
  /** Records that the job was checked against the release, unless it is being read again. */
  noteChecked(jobId: JobId, release: number): Promise<void>;
  /** The lots of an attempt in the order of the file, by page, as they were last checked. */
  lots(jobId: JobId, attemptId: AttemptId, selection: 'all' | 'unknown'): AsyncIterable<readonly CheckedLot[]>;
  /** Stores what is known of these lots now. */
  update(jobId: JobId, attemptId: AttemptId, lots: readonly CheckedLot[]): Promise<void>;
}
