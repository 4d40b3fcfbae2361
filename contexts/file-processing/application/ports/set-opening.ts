import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import type { SetContent, SetLot } from '../../domain/set-contents.ts';
import type { Release } from './catalogue.ts';

/** The sets and minifigs of a stored list, and the inventories of the catalogue. */
export interface SetOpening {
  /** The first `limit` lots of an attempt that count and are sets or minifigs. */
  findSets(jobId: JobId, attemptId: AttemptId, limit: number): Promise<readonly SetLot[]>;
  /**
   * The first `limit` contents of these sets, of the newest version of each inventory, those of sets and minifigs within
   * them included; none for a set without an inventory.
   */
  contents(release: Release, sets: readonly SetLot[], limit: number): Promise<readonly SetContent[]>;
  /** Copies the lots of an attempt to another name, where `openedLots` have the role `opened`. */
  copyLots(jobId: JobId, from: AttemptId, to: AttemptId, openedLots: readonly number[]): Promise<void>;
}
