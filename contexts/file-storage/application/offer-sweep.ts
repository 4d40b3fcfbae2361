import type { HandleCommand } from '@lego-moc/application/command-handler';
import { derivedId } from '@lego-moc/kernel/ids';
import { after } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import type { FileId } from '../domain/file-events.ts';
import type { File, FileCommand, FileRejection } from '../domain/file.ts';
import { closeOffer, FORM_VALID_MS } from './direct-uploads.ts';

/** What began before its form expired may still be arriving, or being completed, for this long. */
const GRACE_MS = FORM_VALID_MS;

/** Returns how many offers have ended. */
export type SweepOffers = (now: Instant) => Promise<number>;

type Needs = Parameters<typeof closeOffer>[0] & {
  readonly handle: HandleCommand<FileCommand, FileRejection>;
  readonly load: (fileId: FileId) => Promise<File>;
};

const NAME = 'offer-sweep';

/**
 * Ends offers that nobody has completed, and finishes what a crash has left of others. The file's own stream decides: an
 * upload that is completed at the same moment either is a file, or is refused with `file-discarded`.
 */
export const sweepOffers = (needs: Needs): SweepOffers => {
  const { offers, handle, load } = needs;
  const close = closeOffer(needs);

  const end = async (fileId: FileId, at: Instant): Promise<boolean> => {
    const cause = { commandId: derivedId(NAME, fileId), correlationId: fileId, actor: NAME };
    await handle(fileId, { type: 'ExpireOffer', data: { fileId, at } }, cause);
    const owner = await offers.ownerOf(fileId);
    const { status, offer } = await load(fileId);
    // The marker is a little older than its offer.
    if (owner === undefined || (status === 'absent' && offer !== undefined)) return false;
    await close(fileId, owner, cause);
    return true;
  };

  return async (now) => {
    const before = after(now, -FORM_VALID_MS - GRACE_MS);
    let ended = 0;
    for await (const { fileId, since } of offers.list()) if (since < before && (await end(fileId, now))) ended += 1;
    return ended;
  };
};
