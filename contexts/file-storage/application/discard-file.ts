import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import type { FileId } from '../domain/file-events.ts';
import type { File, FileCommand, FileRejection } from '../domain/file.ts';
import { discardKey, type PendingUploads } from './pending-uploads.ts';
import type { StoredContent } from './stored-content.ts';

export type DiscardStoredFile = (fileId: FileId, cause: Cause) => Promise<void>;

type Needs = {
  readonly stored: StoredContent;
  readonly pending: PendingUploads;
  readonly handle: HandleCommand<FileCommand, FileRejection>;
  readonly load: (fileId: FileId) => Promise<File>;
  readonly now: Clock;
};

/**
 * First the event, which keeps late uploads out, then the content of the file and its space. Repeats all of it when it is
 * called again; the sweep finishes what a crash interrupted. An upload under way removes its own content when it is refused.
 */
export const discardFile =
  ({ stored, pending, handle, load, now }: Needs): DiscardStoredFile =>
  async (fileId, cause) => {
    const work = await pending.begin(discardKey(fileId));
    try {
      await handle(fileId, { type: 'DiscardFile', data: { fileId, at: now() } }, cause);
      const file = await load(fileId);
      if (file.status === 'discarded') await stored.removeFormer(file, cause);
      await work.end();
    } finally {
      work.leave();
    }
  };
