import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';

/** A MOC as its reader sees it, with those of its parts lists that are counted. */
export type MocToBuild = {
  readonly mocId: string;
  readonly title: string;
  readonly revision: string;
  readonly lists: readonly { readonly partsListId: string; readonly jobId: string }[];
  /** Parts lists without lots: they are still read, wait for a decision or cannot be read. */
  readonly uncountedLists: number;
};

/** A parts list of a MOC as its reader sees it. `pieces` is null until the list is counted. */
export type MocList = {
  readonly mocId: string;
  readonly partsListId: string;
  readonly title: string;
  readonly jobId: string;
  readonly pieces: number | null;
};

export type MocsQuery = {
  readonly scope: 'own' | 'published';
  readonly cursor?: string | undefined;
  readonly limit: number;
};
export type MocPage = { readonly mocs: readonly MocToBuild[]; readonly nextCursor: string | null };

/** MOCs as the service that manages them shows them to a user. */
export interface MocReader {
  /** Up to 100 MOCs by id, in one call, without those that are not there and drafts of someone else. */
  some(mocIds: readonly string[], reader: UserId, cause: Cause): Promise<ReadonlyMap<string, MocToBuild>>;
  /** `undefined` when there is no such MOC for the reader; `no-such-list` when it has no such list. */
  list(mocId: string, partsListId: string, reader: UserId, cause: Cause): Promise<MocList | 'no-such-list' | undefined>;
  /** The newest first; `invalid-cursor` for a cursor of another list. */
  page(query: MocsQuery, reader: UserId, cause: Cause): Promise<MocPage | 'invalid-cursor'>;
}
