import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message } from '@lego-moc/kernel/message';
import { infectionRefusal, kindRefusal, sizeRefusal, type AcceptanceRefusal } from './acceptance.ts';
import type {
  Announcement,
  ContentKey,
  FileEvent,
  FileId,
  FileStored,
  ProcessedImage,
  UploadOffered,
} from './file-events.ts';

/** Let the owner send the content to the object store directly. */
export type OfferUpload = Message<'OfferUpload', UploadOffered['data']>;
/** Refuse the content of an offer from now on, unless it has arrived. */
export type ExpireOffer = Message<'ExpireOffer', { fileId: FileId; at: Instant }>;
/** Record that all bytes of an attempt lie under `key`. */
export type StoreFile = Message<'StoreFile', FileStored['data'] & { infectedWith: string | null }>;
/** Abandon the bytes of an attempt that was not recorded. */
export type AbandonUpload = Message<'AbandonUpload', { fileId: FileId; key: ContentKey; at: Instant }>;
export type DiscardFile = Message<'DiscardFile', { fileId: FileId; at: Instant }>;
/** Record the renditions of an image; `null`: they could not be made. */
export type RecordProcessing = Message<
  'RecordProcessing',
  { fileId: FileId; image: ProcessedImage | null; at: Instant }
>;
/** Withdraw a stored file in which a later scan found a virus. */
export type WithdrawFile = Message<'WithdrawFile', { fileId: FileId; infectedWith: string; at: Instant }>;
export type FileCommand =
  OfferUpload | ExpireOffer | StoreFile | AbandonUpload | DiscardFile | RecordProcessing | WithdrawFile;

export type FileRejection =
  AcceptanceRefusal | 'file-id-taken' | 'file-not-found' | 'file-discarded' | 'upload-abandoned' | 'upload-recorded';

type OfferState = { readonly offer?: UploadOffered['data'] };

export type StoredState = OfferState & {
  readonly status: 'stored';
  /** Of an image, once it was processed. */
  readonly image?: ProcessedImage | 'failed';
} & FileStored['data'];

/** `former`: the file that was stored, if one was. */
export type DiscardedState = OfferState & { readonly status: 'discarded'; readonly former?: StoredState };

type AbsentState = OfferState & { readonly status: 'absent'; readonly abandoned: readonly ContentKey[] };

/**
 * A file is absent until one upload attempt is recorded, then stored, and once discarded it stays so. Only its stream
 * decides which bytes count: a key that no stored file references is an orphan.
 */
export type File = AbsentState | StoredState | DiscardedState;

type FileDecision = Decision<FileEvent, FileRejection>;

/** The answer to any content for an id that was discarded. */
export const discardedRefusal = reject(
  'file-discarded',
  'This file was discarded. Content for it comes under a new id.',
);

const idTaken = reject('file-id-taken', 'That id names another file.');

const isSameAnnouncement = (first: Announcement, other: Announcement): boolean =>
  (['owner', 'purpose', 'name', 'size', 'mediaType', 'sha256'] as const).every((key) => first[key] === other[key]);

const offer = ({ data }: OfferUpload, file: File): FileDecision => {
  if (file.offer !== undefined) return isSameAnnouncement(file.offer, data) ? [] : idTaken;
  if (file.status === 'discarded') return discardedRefusal;
  if (file.status === 'stored') return idTaken;
  return sizeRefusal(data.purpose, data.size) ?? [{ type: 'UploadOffered', data }];
};

const expire = ({ data: { fileId, at } }: ExpireOffer, file: File): FileDecision =>
  file.status === 'absent' && file.offer !== undefined && file.offer.expiresAt <= at
    ? [{ type: 'FileDiscarded', data: { fileId, discardedAt: at } }]
    : [];

const store = ({ data: { infectedWith, ...upload } }: StoreFile, file: File): FileDecision => {
  const refusal =
    sizeRefusal(upload.purpose, upload.size) ??
    kindRefusal(upload.purpose, upload.mediaType) ??
    (infectedWith === null ? undefined : infectionRefusal(infectedWith));
  if (refusal !== undefined) return refusal;

  switch (file.status) {
    case 'discarded':
      return discardedRefusal;
    case 'stored':
      return sameFile(file, upload) ? [] : idTaken;
    case 'absent':
      return file.abandoned.includes(upload.key)
        ? reject('upload-abandoned', 'The upload took too long to be recorded. Send it again.')
        : [{ type: 'FileStored', data: upload }];
    default:
      return unreachable(file);
  }
};

const abandon = ({ data: { fileId, key, at } }: AbandonUpload, file: File): FileDecision => {
  if (file.status === 'stored' && file.key === key)
    return reject('upload-recorded', 'These bytes are the content of the file.');
  // A file that is stored or discarded accepts no late attempt any more, so no event is needed.
  if (file.status !== 'absent' || file.abandoned.includes(key)) return [];
  return [{ type: 'UploadAbandoned', data: { fileId, key, abandonedAt: at } }];
};

const discard = ({ data: { fileId, at } }: DiscardFile, file: File): FileDecision =>
  file.status === 'discarded' ? [] : [{ type: 'FileDiscarded', data: { fileId, discardedAt: at } }];

const recordProcessing = ({ data: { fileId, image, at } }: RecordProcessing, file: File): FileDecision => {
  if (file.status === 'discarded') return discardedRefusal;
  if (file.status === 'absent') return reject('file-not-found', 'There is no such file.');
  if (file.image !== undefined) return [];
  const { owner, purpose } = file;
  return image === null
    ? [{ type: 'FileProcessingFailed', data: { fileId, owner, purpose, failedAt: at } }]
    : [{ type: 'FileProcessed', data: { fileId, owner, purpose, image, processedAt: at } }];
};

const withdraw = ({ data: { fileId, infectedWith, at } }: WithdrawFile, file: File): FileDecision => {
  if (file.status !== 'stored') return [];
  const { owner, purpose } = file;
  return [{ type: 'FileWithdrawn', data: { fileId, owner, purpose, infectedWith, withdrawnAt: at } }];
};

const decide = (command: FileCommand, file: File): FileDecision => {
  switch (command.type) {
    case 'OfferUpload':
      return offer(command, file);
    case 'ExpireOffer':
      return expire(command, file);
    case 'StoreFile':
      return store(command, file);
    case 'AbandonUpload':
      return abandon(command, file);
    case 'DiscardFile':
      return discard(command, file);
    case 'RecordProcessing':
      return recordProcessing(command, file);
    case 'WithdrawFile':
      return withdraw(command, file);
    default:
      return unreachable(command);
  }
};

const withImage = (file: File, image: StoredState['image'] & {}): File =>
  file.status === 'stored' ? { ...file, image } : file;

const offerOf = (file: File): OfferState => (file.offer === undefined ? {} : { offer: file.offer });

const discardedFrom = (file: File): DiscardedState => {
  if (file.status === 'discarded') return file;
  return { status: 'discarded', ...offerOf(file), ...(file.status === 'stored' ? { former: file } : {}) };
};

const evolve = (file: File, event: FileEvent): File => {
  switch (event.type) {
    case 'UploadOffered':
      return file.offer === undefined ? { ...file, offer: event.data } : file;
    case 'FileStored':
      return file.status === 'absent' ? { status: 'stored', ...offerOf(file), ...event.data } : file;
    case 'UploadAbandoned':
      return file.status === 'absent' && !file.abandoned.includes(event.data.key)
        ? { ...file, abandoned: [...file.abandoned, event.data.key] }
        : file;
    case 'FileProcessed':
      return withImage(file, event.data.image);
    case 'FileProcessingFailed':
      return withImage(file, 'failed');
    case 'FileDiscarded':
    case 'FileWithdrawn':
      return discardedFrom(file);
    default:
      return unreachable(event);
  }
};

/** The key of a file's bytes. */
export const contentKeyOf = ({ key, contentKey }: Pick<FileStored['data'], 'key' | 'contentKey'>): ContentKey =>
  contentKey ?? key;

const sentHash = ({ sentSha256, sha256 }: FileStored['data']): string => sentSha256 ?? sha256;

/** The name may differ: the same bytes of the same owner for the same purpose are the same file. */
const sameFile = (file: FileStored['data'], upload: FileStored['data']): boolean =>
  sentHash(file) === sentHash(upload) && file.owner === upload.owner && file.purpose === upload.purpose;

export const fileDecider: Decider<FileCommand, File, FileEvent, FileRejection> = {
  initial: { status: 'absent', abandoned: [] },
  decide,
  evolve,
};
