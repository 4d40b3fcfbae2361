import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { LotQuantity } from '../../domain/lots.ts';

/** The lots of a completed job, as they were at `readAt` by a release of the catalogue. */
export type StoredList = {
  readonly jobId: string;
  readonly release: string;
  readonly readAt: Instant;
  readonly lots: readonly LotQuantity[];
};

/** Lists that were read before, so that a question need not read them. Of two readings of a job the later one stays. */
export interface ListStore {
  /** The lots of those jobs that are stored as of this release. */
  of(jobIds: readonly string[], release: string): Promise<ReadonlyMap<string, readonly LotQuantity[]>>;
  add(list: StoredList, owner: UserId): Promise<void>;
  /** Changes a list that is stored; one that was removed meanwhile stays away. */
  update(list: StoredList): Promise<void>;
  remove(jobId: string): Promise<void>;
  /** Some lists that are stored as of another release, the latest first. */
  outdated(release: string, limit: number): Promise<readonly { readonly jobId: string; readonly owner: UserId }[]>;
}
