import type { HandleCommand } from '@lego-moc/application/command-handler';
import { derivedId } from '@lego-moc/kernel/ids';
import { after } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import type { FileId } from '../domain/file-events.ts';
import type { File, FileCommand, FileRejection } from '../domain/file.ts';
import { closeOffer, FORM_VALID_MS } from './direct-uploads.ts';
import type { DiscardStoredFile } from './discard-file.ts';

/** What began before its form expired may still be arriving, or being completed, for this long. */
const GRACE_MS = FORM_VALID_MS;

/** An offer is ended so long after it was made, and the file that it became so long after it was stored. */
const LIFETIME_MS = FORM_VALID_MS + GRACE_MS;

/** Returns how many offers have ended. */
export type SweepOffers = (now: Instant) => Promise<number>;

type Needs = Parameters<typeof closeOffer>[0] & {
  readonly handle: HandleCommand<FileCommand, FileRejection>;
  readonly load: (fileId: FileId) => Promise<File>;
  readonly discard: DiscardStoredFile;
};

const NAME = 'offer-sweep';

/**
 * Ends offers that nobody has completed, deletes the files that others became, and finishes what a crash has left of others. The file's own stream decides: an
 * upload that is completed at the same moment either is a file, or is refused with `file-discarded`.
 */
export const sweepOffers = (needs: Needs): SweepOffers => {
  const { offers, handle, load, discard } = needs;
  const close = closeOffer(needs);

  const end = async (fileId: FileId, at: Instant): Promise<boolean> => {
    const cause = { commandId: derivedId(NAME, fileId), correlationId: fileId, actor: NAME };
    await handle(fileId, { type: 'ExpireOffer', data: { fileId, at } }, cause);
    const owner = await offers.ownerOf(fileId);
    const file = await load(fileId);
    // The marker is a little older than its offer.
    if (owner === undefined || (file.status === 'absent' && file.offer !== undefined)) return false;
    if (file.status === 'stored') {
      if (file.storedAt > after(at, -LIFETIME_MS)) return false;
      await discard(fileId, cause);
    }
    await close(fileId, owner, cause);
    return true;
  };

  return async (now) => {
    const before = after(now, -LIFETIME_MS);
    let count = 0;
    for await (const { fileId, since } of offers.list()) if (since < before && (await end(fileId, now))) count += 1;
    return count;
  };
};
