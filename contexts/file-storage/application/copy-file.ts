import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { ContentKey, FileId } from '../domain/file-events.ts';
import { discardedRefusal, type StoredState } from '../domain/file.ts';
import { recordFile, type UploadOptions, type UploadRejection, type UploadResult } from './upload-file.ts';

export type FileCopy = {
  /** Of the copy. */
  readonly fileId: FileId;
  readonly source: FileId;
  /** Of both files. */
  readonly owner: UserId;
  /** Identifies this attempt: no other may ever have used it. */
  readonly key: ContentKey;
};

/** Makes another file of the content of a stored one, which takes no more space. Safe to repeat. */
export type CopyFile = (copy: FileCopy, cause: Cause) => Promise<UploadResult | Rejection<UploadRejection>>;

type Needs = Pick<UploadOptions, 'storedContent' | 'pending' | 'accounts' | 'handle' | 'load' | 'now'>;

const notFound = reject('file-not-found', 'You have no such file. It may have been deleted, or never completed.');

/**
 * The account decides whether the content is still there: it counts the copy under the content's key, which then stays,
 * whatever becomes of the source. A marker lets the sweep free the count of a copy whose process dies.
 */
export const copyFile = (needs: Needs): CopyFile => {
  const { storedContent, pending, accounts, load } = needs;
  const { record } = recordFile(needs);

  const countAndRecord = async (copy: FileCopy, source: StoredState, cause: Cause) => {
    const { fileId, owner, key } = copy;
    const { purpose, name, mediaType, size, sha256, sentSha256 } = source;
    const contentKey = await accounts.count({ owner, attempt: key, fileId, sha256, size }, cause);
    if (contentKey === key) return notFound;
    const originalHash = sentSha256 === undefined ? {} : { sentSha256 };
    const receivedContent = { name, mediaType, size, sha256, ...originalHash, infectedWith: null };
    return record({ fileId, owner, purpose, key }, receivedContent, contentKey, cause);
  };

  return async (copy, cause) => {
    const { fileId, owner, key } = copy;
    const before = await load(fileId);
    if (before.status === 'discarded') return discardedRefusal;
    if (before.status === 'stored' && before.owner === owner) return { file: before, isNew: false };
    const source = await load(copy.source);
    if (source.status !== 'stored' || source.owner !== owner) return notFound;

    const work = await pending.begin(key, owner);
    try {
      const outcome = await countAndRecord(copy, source, cause);
      if (isRejection<UploadRejection>(outcome) || !outcome.isNew) await storedContent.remove(owner, key, cause);
      await work.end();
      return outcome;
    } finally {
      work.leave();
    }
  };
};
