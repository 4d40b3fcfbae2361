import type { HandleCommand } from '@lego-moc/application/command-handler';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import { after } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import type { ContentKey, FileId } from '../domain/file-events.ts';
import type { FileCommand, FileRejection } from '../domain/file.ts';
import type { PendingUpload, PendingUploads } from './pending-uploads.ts';
import type { ContentStore } from './ports/content-store.ts';

export type SweepResult = {
  /** Deleted contents that no event references. */
  readonly orphans: number;
  /** Deleted contents that were never completed. */
  readonly unfinished: number;
};

/** `before`: an upload that is still alive has sent something since. */
export type Sweep = (range: { readonly before: Instant }) => Promise<SweepResult>;

const NAME = 'upload-sweep';

/** Longer than any upload takes from its first byte to its event. */
const UPLOAD_MAX_MS = 3_600_000;

/**
 * Deletes the remains of dead uploads. The file's own stream decides whether an attempt is abandoned, so a slow upload
 * that is recorded at the same moment either keeps its bytes or is refused with `upload-abandoned`. Checks only files
 * with an upload or a discard in progress.
 */
export const sweepUploads = (
  contents: ContentStore,
  pending: PendingUploads,
  handle: HandleCommand<FileCommand, FileRejection>,
): Sweep => {
  const isAbandoned = async (fileId: FileId, key: ContentKey, at: Instant): Promise<boolean> => {
    const cause = { commandId: derivedId(NAME, key), correlationId: fileId, actor: NAME };
    return !isRejection(await handle(fileId, { type: 'AbandonUpload', data: { fileId, key, at } }, cause));
  };

  /** Returns how many contents of the file were orphans. */
  const settle = async ({ fileId, key: own, since }: PendingUpload, before: Instant): Promise<number> => {
    let orphans = 0;
    let isSettled = since < after(before, -UPLOAD_MAX_MS);
    for await (const { key, modifiedAt } of contents.list(`${fileId}/`)) {
      if (modifiedAt >= before) continue;
      if (key === own) isSettled = true;
      if (!(await isAbandoned(fileId, key as ContentKey, before))) continue;
      await contents.delete(key as ContentKey);
      orphans += 1;
    }
    if (isSettled) await pending.end(own);
    return orphans;
  };

  return async ({ before }) => {
    let orphans = 0;
    for await (const upload of pending.list()) if (upload.since < before) orphans += await settle(upload, before);
    return { orphans, unfinished: await contents.removeUnfinished(before) };
  };
};
