import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant } from '@lego-moc/kernel/message';
import type { FileId } from '../domain/file-events.ts';
import { contentKeyOf, type File, type FileCommand, type FileRejection } from '../domain/file.ts';
import { discardKey, type PendingUpload, type PendingUploads } from './pending-uploads.ts';
import type { ContentStore } from './ports/content-store.ts';
import type { StoredContent } from './stored-content.ts';

export type SweepResult = {
  /** Attempts of dead processes that were abandoned, with their bytes and their space. */
  readonly abandoned: number;
  /** Deleted contents that were never completed. */
  readonly unfinished: number;
};

/** `before`: a process that is still alive has renewed its markers since. */
export type Sweep = (range: { readonly before: Instant }) => Promise<SweepResult>;

type Needs = {
  readonly contents: Pick<ContentStore, 'removeUnfinished'>;
  readonly storedContent: StoredContent;
  readonly pending: PendingUploads;
  readonly handle: HandleCommand<FileCommand, FileRejection>;
  readonly load: (fileId: FileId) => Promise<File>;
};

const NAME = 'upload-sweep';

/**
 * Removes the remains of dead processes. The file's own stream decides whether an attempt is abandoned, so a slow upload
 * that is recorded at the same moment either keeps its bytes or is refused with `upload-abandoned`. Checks only files
 * with an upload or a discard in progress.
 */
export const sweepUploads = ({ contents, storedContent, pending, handle, load }: Needs): Sweep => {
  const finishDiscard = async (fileId: FileId, cause: Cause): Promise<void> => {
    const file = await load(fileId);
    if (file.status === 'discarded') await storedContent.removeFormer(file, cause);
  };

  /** Returns whether the attempt came to nothing. */
  const settleUpload = async ({ fileId, key }: PendingUpload, at: Instant, cause: Cause): Promise<boolean> => {
    const owner = await pending.ownerOf(key);
    const outcome = await handle(fileId, { type: 'AbandonUpload', data: { fileId, key, at } }, cause);
    if (!isRejection(outcome)) {
      await (owner === undefined ? storedContent.deleteBytes(key) : storedContent.remove(owner, key, cause));
      return true;
    }
    const file = await load(fileId);
    if (file.status === 'stored' && contentKeyOf(file) !== key) await storedContent.deleteBytes(key);
    return false;
  };

  const settle = async (upload: PendingUpload, at: Instant): Promise<boolean> => {
    const { fileId, key } = upload;
    const cause = { commandId: derivedId(NAME, key), correlationId: fileId, actor: NAME };
    const isDiscard = key === discardKey(fileId);
    const isAbandoned = isDiscard ? false : await settleUpload(upload, at, cause);
    if (isDiscard) await finishDiscard(fileId, cause);
    await pending.end(key);
    return isAbandoned;
  };

  return async ({ before }) => {
    let abandonedCount = 0;
    for await (const upload of pending.list())
      if (upload.since < before && (await settle(upload, before))) abandonedCount += 1;
    return { abandoned: abandonedCount, unfinished: await contents.removeUnfinished(before) };
  };
};
