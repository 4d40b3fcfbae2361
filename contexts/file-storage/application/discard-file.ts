import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import type { ContentKey, FileId } from '../domain/file-events.ts';
import type { FileCommand, FileRejection } from '../domain/file.ts';
import { discardKey, type PendingUploads } from './pending-uploads.ts';
import type { ContentStore } from './ports/content-store.ts';

export type DiscardStoredFile = (fileId: FileId, cause: Cause) => Promise<void>;

/**
 * First the event, which keeps late uploads out, then all content of the file. Repeats both when it is called again; the
 * sweep finishes what a crash interrupted.
 */
export const discardFile =
  (
    contents: Pick<ContentStore, 'list' | 'delete'>,
    pending: PendingUploads,
    handle: HandleCommand<FileCommand, FileRejection>,
    now: Clock,
  ): DiscardStoredFile =>
  async (fileId, cause) => {
    await pending.begin(discardKey(fileId));
    await handle(fileId, { type: 'DiscardFile', data: { fileId, at: now() } }, cause);
    for await (const { key } of contents.list(`${fileId}/`)) await contents.delete(key as ContentKey);
    await pending.end(discardKey(fileId));
  };
