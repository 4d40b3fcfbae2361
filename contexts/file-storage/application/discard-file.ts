import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import type { ContentKey, FileId } from '../domain/file-events.ts';
import type { FileCommand, FileRejection } from '../domain/file.ts';
import type { ContentStore } from './ports/content-store.ts';

export type DiscardStoredFile = (fileId: FileId, cause: Cause) => Promise<void>;

/**
 * First the event, which keeps late uploads out, then every byte that any attempt has left. Does both again when asked
 * again: the first time may have ended in between.
 */
export const discardFile =
  (contents: ContentStore, handle: HandleCommand<FileCommand, FileRejection>, now: Clock): DiscardStoredFile =>
  async (fileId, cause) => {
    await handle(fileId, { type: 'DiscardFile', data: { fileId, at: now() } }, cause);
    for await (const { key } of contents.list(`${fileId}/`)) await contents.delete(key as ContentKey);
  };
