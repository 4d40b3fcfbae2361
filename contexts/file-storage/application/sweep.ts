import type { HandleCommand } from '@lego-moc/kernel/command-handler';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant } from '@lego-moc/kernel/message';
import type { ContentKey, FileId } from '../domain/file-events.ts';
import type { FileCommand, FileRejection } from '../domain/file.ts';
import type { ContentStore } from './ports/content-store.ts';

export type Swept = {
  /** Whole contents that no event names, now gone. */
  readonly orphans: number;
  /** Contents that never came to their end, now gone. */
  readonly unfinished: number;
};

export type Sweep = (range: {
  /** Contents that are older were looked at before; left out, all are looked at. */
  readonly since?: Instant;
  /** Whoever is still uploading has sent something after this. */
  readonly before: Instant;
}) => Promise<Swept>;

const NAME = 'upload-sweep';

/**
 * Removes what uploads that died have left. Giving bytes up is decided in the file's own stream, so even an upload that
 * is only slow, and would be recorded this very moment, either keeps its bytes or is told that it came too late.
 */
export const sweepUploads =
  (contents: ContentStore, handle: HandleCommand<FileCommand, FileRejection>): Sweep =>
  async ({ since, before }) => {
    let orphans = 0;
    for await (const { key, modifiedAt } of contents.list('')) {
      if (modifiedAt >= before || (since !== undefined && modifiedAt < since)) continue;
      const [fileId = ''] = key.split('/', 1);
      const data = { fileId: fileId as FileId, key: key as ContentKey, at: before };
      const cause = { commandId: derivedId(NAME, key), correlationId: fileId, actor: NAME };
      const outcome = await handle(fileId, { type: 'AbandonUpload', data }, cause);
      if (isRejection(outcome)) continue;
      await contents.delete(data.key);
      orphans += 1;
    }
    return { orphans, unfinished: await contents.removeUnfinished(before) };
  };
