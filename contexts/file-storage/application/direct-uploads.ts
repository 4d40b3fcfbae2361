import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import { after } from '@lego-moc/kernel/instant';
import type { UserId } from '@lego-moc/kernel/message';
import type { Announcement, FileId, UploadOffered } from '../domain/file-events.ts';
import { discardedRefusal, type File, type FileCommand, type FileRejection } from '../domain/file.ts';
import type { DiscardStoredFile } from './discard-file.ts';
import { incomingKey, offerAttempt, type Offers } from './offers.ts';
import type { ContentStore } from './ports/content-store.ts';
import type { Quotas } from './quotas.ts';
import { receiveOffered, type ReserveForOffer } from './receive-offered.ts';
import type { StorageAccounts } from './storage-accounts.ts';
import { fileTooLarge, limitFor, type UploadFile, type UploadRejection, type UploadResult } from './upload-file.ts';

/** Long enough for 100 MiB over a slow line. */
export const FORM_VALID_MS = 3_600_000;

export type DirectUploadRejection = UploadRejection | 'upload-not-found' | 'upload-incomplete';

/** The user who sends the file. */
export type Sender = { readonly id: UserId; readonly roles: readonly string[] };

/** Uploads that reach the object store without passing a service; the owner's stream of the file decides on them. */
export interface DirectUploads {
  /** Sets space aside. The same request again gives the same offer. */
  begin(
    announcement: Announcement,
    roles: readonly string[],
    cause: Cause,
  ): Promise<UploadOffered['data'] | Rejection<DirectUploadRejection>>;
  /** Makes a file of the content that has arrived, as of any other upload. Safe to repeat. */
  complete(fileId: FileId, sender: Sender, cause: Cause): Promise<UploadResult | Rejection<DirectUploadRejection>>;
  /** Gives up the upload, or deletes the file that it became. Safe to repeat. */
  cancel(fileId: FileId, owner: UserId, cause: Cause): Promise<Rejection<'upload-not-found'> | undefined>;
}

type Needs = {
  readonly contents: Pick<ContentStore, 'head' | 'get' | 'delete'>;
  readonly offers: Offers;
  readonly accounts: Pick<StorageAccounts, 'reserve' | 'release'>;
  readonly quotas: Pick<Quotas, 'limitOf'>;
  readonly upload: UploadFile;
  readonly discard: DiscardStoredFile;
  readonly handle: HandleCommand<FileCommand, FileRejection>;
  readonly load: (fileId: FileId) => Promise<File>;
  readonly now: Clock;
  readonly bytesMax?: number | undefined;
};

const notFound = reject('upload-not-found', 'You have no such upload.');

type Settling = Pick<Needs, 'accounts' | 'contents' | 'offers'>;

/** Frees what an offer has set aside once it is decided. Its marker stays for the sweep of its file. */
const settleOffer =
  ({ accounts, contents }: Settling) =>
  async (fileId: FileId, owner: UserId, cause: Cause): Promise<void> => {
    await accounts.release(owner, offerAttempt(fileId), cause);
    await contents.delete(incomingKey(fileId));
  };

/** The same of an offer that became no file, or whose file is gone; the marker last. */
export const closeOffer =
  (needs: Settling) =>
  async (fileId: FileId, owner: UserId, cause: Cause): Promise<void> => {
    await settleOffer(needs)(fileId, owner, cause);
    await needs.offers.unmark(fileId);
  };

export const directUploads = (needs: Needs): DirectUploads => {
  const { offers, accounts, quotas, discard, handle, load, now, bytesMax } = needs;
  const [settle, close] = [settleOffer(needs), closeOffer(needs)];

  const offerOf = async (fileId: FileId, owner: UserId) => {
    const file = await load(fileId);
    return file.offer?.owner === owner ? { file, offer: file.offer } : undefined;
  };

  const reserveFor: ReserveForOffer = async ({ fileId, owner, size }, roles, cause) => {
    const space = { owner, attempt: offerAttempt(fileId), needed: size, preferred: size };
    const grant = await accounts.reserve({ ...space, limit: await quotas.limitOf(roles) }, cause);
    return typeof grant === 'number' ? undefined : grant;
  };

  /** The marker is durable first, so that the sweep frees the space whatever happens. */
  const reserveMarked: ReserveForOffer = async (offer, roles, cause) => {
    await offers.mark(offer.fileId, offer.owner);
    const refusal = await reserveFor(offer, roles, cause);
    if (refusal !== undefined) await offers.unmark(offer.fileId);
    return refusal;
  };

  const receive = receiveOffered({ ...needs, reserve: reserveFor });

  return {
    begin: async (announcement, roles, cause) => {
      const { purpose, size } = announcement;
      const limit = limitFor(purpose, bytesMax);
      if (size > limit) return fileTooLarge(purpose, limit);
      const fileId = derivedId('direct-upload', cause.commandId) as FileId;
      const before = await load(fileId);
      if (before.status === 'absent' && before.offer === undefined) {
        const refusal = await reserveMarked({ ...announcement, fileId }, roles, cause);
        if (refusal !== undefined) return refusal;
      }
      const offeredAt = now();
      const data = { ...announcement, fileId, offeredAt, expiresAt: after(offeredAt, FORM_VALID_MS) };
      const outcome = await handle(fileId, { type: 'OfferUpload', data }, cause);
      if (isRejection<FileRejection>(outcome)) return outcome;
      const { status, offer } = await load(fileId);
      return status === 'discarded' || offer === undefined ? discardedRefusal : offer;
    },

    complete: async (fileId, { id: owner, roles }, cause) => {
      const upload = await offerOf(fileId, owner);
      if (upload === undefined) return notFound;
      if (upload.file.status === 'discarded') return discardedRefusal;
      const outcome =
        upload.file.status === 'stored'
          ? { file: upload.file, isNew: false }
          : await receive(upload.offer, roles, cause);
      if (!isRejection<DirectUploadRejection>(outcome)) {
        await settle(fileId, owner, cause);
        return outcome;
      }
      // Another request may have completed it, and removed the content, in the meantime.
      const file = await load(fileId);
      return file.status === 'stored' ? { file, isNew: false } : outcome;
    },

    cancel: async (fileId, owner, cause) => {
      if ((await offerOf(fileId, owner)) === undefined) return notFound;
      await discard(fileId, cause);
      await close(fileId, owner, cause);
      return undefined;
    },
  };
};
