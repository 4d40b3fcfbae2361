import type { CheckedLot } from '../../domain/catalogue.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import type { UserId } from '@lego-moc/kernel/message';
import type { Release } from './catalogue.ts';

/** The custom parts that a job was checked with. */
export type CheckedCustomParts = { readonly owner: UserId; readonly changes: number };

/** Stored lots that a later release of the catalogue, or a cross-walk, may know. */
export interface LotResolution {
  /** A number that grows with every release and with every import of a cross-walk. */
  knowledge(release: Release): Promise<number>;
  /** Says that the custom parts of a user have had so many changes, whatever order that is said in. */
  noteCustomParts(owner: UserId, changes: number): Promise<void>;
  /** At most `limit` jobs at rest with unknown lots that were not checked with this knowledge, or more. */
  findUnchecked(knowledge: number, limit: number): Promise<readonly JobId[]>;
  /**
   * Records that the job was checked with this knowledge, unless it is being read again. Without `customParts` it is not
   * checked again for changes of them that are known.
   */
  noteChecked(jobId: JobId, knowledge: number, customParts?: CheckedCustomParts): Promise<void>;
  /** The lots of an attempt in the order of the file, by page, as they were last checked. */
  lots(jobId: JobId, attemptId: AttemptId, selection: 'all' | 'unknown'): AsyncIterable<readonly CheckedLot[]>;
  /** Stores what is known of these lots now. */
  update(jobId: JobId, attemptId: AttemptId, lots: readonly CheckedLot[]): Promise<void>;
}
