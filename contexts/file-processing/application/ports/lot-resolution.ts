import type { CheckedLot } from '../../domain/catalogue.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import type { Release } from './catalogue.ts';

/** Stored lots that a later release of the catalogue, or a cross-walk, may know. */
export interface LotResolution {
  /** A number that grows with every release and with every import of a cross-walk. */
  knowledge(release: Release): Promise<number>;
  /** At most `limit` jobs at rest with unknown lots that were not checked with this knowledge, or more. */
  findUnchecked(knowledge: number, limit: number): Promise<readonly JobId[]>;
  /** Records that the job was checked with this knowledge, unless it is being read again. */
  noteChecked(jobId: JobId, knowledge: number): Promise<void>;
  /** The lots of an attempt in the order of the file, by page, as they were last checked. */
  lots(jobId: JobId, attemptId: AttemptId, selection: 'all' | 'unknown'): AsyncIterable<readonly CheckedLot[]>;
  /** Stores what is known of these lots now. */
  update(jobId: JobId, attemptId: AttemptId, lots: readonly CheckedLot[]): Promise<void>;
}
