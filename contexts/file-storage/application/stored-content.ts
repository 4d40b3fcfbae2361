import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { ContentKey } from '../domain/file-events.ts';
import { hasRenditions } from '../domain/acceptance.ts';
import { contentKeyOf, type DiscardedState } from '../domain/file.ts';
import type { ContentStore } from './ports/content-store.ts';
import { deleteRenditions } from './renditions.ts';
import type { StorageAccounts } from './storage-accounts.ts';

/** Removes what files and attempts leave behind. All of it is safe to repeat. */
export interface StoredContent {
  /** Frees the space of an attempt, and deletes its bytes unless another file of the owner has them. */
  remove(owner: UserId, attempt: ContentKey, cause: Cause, contentKey?: ContentKey): Promise<void>;
  /** Removes the content and the renditions of a discarded file. */
  removeFormer(file: DiscardedState, cause: Cause): Promise<void>;
  /** Deletes the bytes of an attempt whose file has the same bytes elsewhere, or whose owner is not known. */
  deleteBytes(attempt: ContentKey): Promise<void>;
}

export const storedContent = (
  contents: Pick<ContentStore, 'delete' | 'list'>,
  accounts: Pick<StorageAccounts, 'release' | 'references'>,
): StoredContent => {
  const remove: StoredContent['remove'] = async (owner, attempt, cause, contentKey = attempt) => {
    await accounts.release(owner, attempt, cause);
    if (!(await accounts.references(owner, contentKey))) await contents.delete(contentKey);
  };
  return {
    remove,
    removeFormer: async ({ former }, cause) => {
      if (former === undefined) return;
      await remove(former.owner, former.key, cause, contentKeyOf(former));
      if (hasRenditions(former.mediaType)) await deleteRenditions(contents, former.fileId);
    },
    deleteBytes: (attempt) => contents.delete(attempt),
  };
};
