import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import type { FileId } from '../domain/file-events.ts';
import type { File, FileCommand, FileRejection } from '../domain/file.ts';
import { discardKey, type PendingUploads } from './pending-uploads.ts';
import type { StoredContent } from './stored-content.ts';

export type DiscardStoredFile = (fileId: FileId, cause: Cause) => Promise<void>;

export type WithdrawInfectedFile = (fileId: FileId, infectedWith: string, cause: Cause) => Promise<void>;

type Needs = {
  readonly storedContent: StoredContent;
  readonly pending: PendingUploads;
  readonly handle: HandleCommand<FileCommand, FileRejection>;
  readonly load: (fileId: FileId) => Promise<File>;
  readonly now: Clock;
};

type Ending = Extract<FileCommand, { type: 'DiscardFile' | 'WithdrawFile' }>;

/**
 * First the event, which keeps late uploads out, then the content of the file and its space. Repeats all of it when it is
 * called again; the sweep finishes what a crash interrupted. An upload in progress removes its own content when it is refused.
 */
const endFile =
  ({ storedContent, pending, handle, load }: Needs) =>
  async (command: Ending, cause: Cause): Promise<void> => {
    const { fileId } = command.data;
    const work = await pending.begin(discardKey(fileId));
    try {
      await handle(fileId, command, cause);
      const file = await load(fileId);
      if (file.status === 'discarded') await storedContent.removeFormer(file, cause);
      await work.end();
    } finally {
      work.leave();
    }
  };

export const discardFile =
  (needs: Needs): DiscardStoredFile =>
  (fileId, cause) =>
    endFile(needs)({ type: 'DiscardFile', data: { fileId, at: needs.now() } }, cause);

/** Ends a file for a virus that was found in it. */
export const withdrawFile =
  (needs: Needs): WithdrawInfectedFile =>
  (fileId, infectedWith, cause) =>
    endFile(needs)({ type: 'WithdrawFile', data: { fileId, infectedWith, at: needs.now() } }, cause);
