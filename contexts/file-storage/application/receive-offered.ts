import type { Cause } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Announcement, ContentKey, FileId, UploadOffered } from '../domain/file-events.ts';
import type { File } from '../domain/file.ts';
import type { StorageAccountRejection } from '../domain/storage-account.ts';
import { incomingKey, offerAttempt } from './offers.ts';
import type { ContentStore } from './ports/content-store.ts';
import type { UploadFile, UploadRejection, UploadResult } from './upload-file.ts';

type Offer = UploadOffered['data'];

/** Sets space aside for what the form of an offer may send; returns why there is none. */
export type ReserveForOffer = (
  offer: Announcement & { readonly fileId: FileId },
  roles: readonly string[],
  cause: Cause,
) => Promise<Rejection<StorageAccountRejection> | undefined>;

export type ReceiveOffered = (
  offer: Offer,
  roles: readonly string[],
  cause: Cause,
) => Promise<UploadResult | Rejection<UploadRejection | 'upload-incomplete'>>;

type Needs = {
  readonly contents: Pick<ContentStore, 'head' | 'get' | 'delete'>;
  readonly upload: UploadFile;
  readonly reserve: ReserveForOffer;
  readonly load: (fileId: FileId) => Promise<File>;
};

const incomplete = reject(
  'upload-incomplete',
  'The file has not arrived as announced. Send the form with the file until the object store accepts it; then complete the upload.',
);

/** The content may be right, so that completing again can succeed without sending it again. */
const REPEATABLE: readonly string[] = ['quota-exceeded', 'upload-abandoned'] satisfies UploadRejection[];

/**
 * Checks and records the content that a form has brought. Refused content is deleted, while its form stays valid: the
 * space for what the form may still send is reserved again.
 */
export const receiveOffered = ({ contents, upload, reserve, load }: Needs): ReceiveOffered => {
  const reserveAgain = async (offer: Offer, key: ContentKey, roles: readonly string[], cause: Cause): Promise<void> => {
    if ((await load(offer.fileId)).status !== 'absent') return;
    await reserve(offer, roles, { ...cause, commandId: derivedId('reserve-again', key) });
  };

  const receive: ReceiveOffered = async (offer, roles, cause) => {
    const { fileId, owner, purpose, name, size, sha256 } = offer;
    const head = await contents.head(incomingKey(fileId));
    const content = head?.size === size ? await contents.get(incomingKey(fileId)) : undefined;
    if (content === undefined) return incomplete;
    const key = `${fileId}/${newId()}` as ContentKey;
    const attempt = { key, replaces: offerAttempt(fileId), declaredSize: size };
    const checksum = sha256 === undefined ? {} : { announcedSha256: sha256 };
    try {
      const request = { fileId, owner, purpose, name, roles, ...attempt, ...checksum };
      const outcome = await upload(request, content, cause);
      if (!isRejection<UploadRejection>(outcome)) return outcome;
      if (!REPEATABLE.includes(outcome.rejected)) await contents.delete(incomingKey(fileId));
      await reserveAgain(offer, key, roles, cause);
      return outcome;
    } catch (error) {
      await reserveAgain(offer, key, roles, cause);
      throw error;
    }
  };

  /** Requests to complete one upload share one check of its content: each would need space of its own. */
  const inFlight = new Map<FileId, ReturnType<ReceiveOffered>>();
  return async (offer, roles, cause) => {
    const receiving = inFlight.get(offer.fileId) ?? receive(offer, roles, cause);
    inFlight.set(offer.fileId, receiving);
    try {
      return await receiving;
    } finally {
      inFlight.delete(offer.fileId);
    }
  };
};
