import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import { bytesMaxFor, bytesMaxOfKind, infectionRefusal, kindRefusal, sizeRefusal } from '../domain/acceptance.ts';
import type { ContentKey, FileId, Purpose } from '../domain/file-events.ts';
import {
  contentKeyOf,
  discardedRefusal,
  type File,
  type FileCommand,
  type FileRejection,
  type StoredState,
} from '../domain/file.ts';
import type { StorageAccountRejection } from '../domain/storage-account.ts';
import { HEAD_BYTES } from '../domain/text-kind.ts';
import { ContentTooLarge, measure, readHead } from './measure.ts';
import type { PendingUploads } from './pending-uploads.ts';
import type { MediaTypeSniffer } from './ports/media-type-sniffer.ts';
import type { Quotas } from './quotas.ts';
import type { IncomingContent, ReceivedContent, ReceiveContent } from './receive-content.ts';
import { QuotaExceeded, reserveSpace } from './space.ts';
import type { StorageAccounts } from './storage-accounts.ts';
import type { StoredContent } from './stored-content.ts';

export type UploadRequest = {
  readonly fileId: FileId;
  readonly owner: UserId;
  readonly purpose: Purpose;
  readonly name: string;
  /** Of the owner: the largest of their quotas holds. */
  readonly roles: readonly string[];
  /** The announced size, in bytes. */
  readonly declaredSize?: number;
  /** Its renditions carry the platform's mark. */
  readonly watermark?: true;
  /** Identifies this attempt: no other may ever have used it. */
  readonly key: ContentKey;
  /** The attempt that space was set aside for in advance. */
  readonly replaces?: ContentKey;
  /** Of the content, if its sender has announced it. */
  readonly announcedSha256?: string;
};

export type UploadResult = {
  readonly file: StoredState;
  /** False when it was stored already. */ readonly isNew: boolean;
};

export type UploadRejection = FileRejection | StorageAccountRejection | 'checksum-mismatch';

export type UploadFile = (
  request: UploadRequest,
  content: AsyncIterable<Uint8Array>,
  cause: Cause,
  signal?: AbortSignal,
) => Promise<UploadResult | Rejection<UploadRejection>>;

export type UploadOptions = {
  readonly storedContent: StoredContent;
  readonly pending: PendingUploads;
  readonly accounts: StorageAccounts;
  readonly quotas: Pick<Quotas, 'limitOf'>;
  readonly receive: ReceiveContent;
  readonly sniff: MediaTypeSniffer;
  readonly handle: HandleCommand<FileCommand, FileRejection>;
  readonly load: (fileId: FileId) => Promise<File>;
  readonly now: Clock;
  /** The limit of this installation, if lower than that of the purpose. */
  readonly bytesMax?: number;
};

/** The maximum size of an upload for this purpose on this installation, in bytes. */
export const limitFor = (purpose: Purpose, bytesMax = Infinity): number => Math.min(bytesMaxFor(purpose), bytesMax);

/** The refusal of an upload that is larger than `limitFor` allows. */
export const fileTooLarge = (purpose: Purpose, limit: number): Rejection<'file-too-large'> =>
  reject('file-too-large', `The file is larger than the ${limit} bytes that a ${purpose} may have.`);

type Outcome = UploadResult | Rejection<UploadRejection>;

/** An upload of a kind that serves its purpose, of which the first bytes have arrived. */
type Arriving = {
  readonly request: UploadRequest;
  readonly mediaType: string;
  readonly content: AsyncIterable<Uint8Array>;
  readonly headSize: number;
  /** In bytes. */
  readonly limit: number;
  readonly cause: Cause;
  readonly signal: AbortSignal | undefined;
};

const drain = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the content is read for its hash only
  for await (const _ of content);
};

/** The refusal that an error stands for which ended the reading of the content. */
const refusalOf = (error: unknown, { request, limit }: Arriving): Rejection<UploadRejection> | undefined => {
  if (error instanceof ContentTooLarge) return fileTooLarge(request.purpose, limit);
  return error instanceof QuotaExceeded ? error.rejection : undefined;
};

type Recorder = Pick<UploadOptions, 'accounts' | 'handle' | 'load' | 'now'>;

/** Appends `FileStored`; returns the file that is stored under the id then. */
export const recordFile = ({ accounts, handle, load, now }: Recorder) => {
  const record = async (
    {
      fileId,
      owner,
      purpose,
      key,
      watermark,
    }: Pick<UploadRequest, 'fileId' | 'owner' | 'purpose' | 'key' | 'watermark'>,
    content: ReceivedContent,
    contentKey: ContentKey,
    cause: Cause,
  ): Promise<Outcome> => {
    const data = { fileId, owner, purpose, key, ...content, storedAt: now() };
    const options = { ...(contentKey === key ? {} : { contentKey }), ...(watermark && { watermark }) };
    const outcome = await handle(fileId, { type: 'StoreFile', data: { ...data, ...options } }, cause);
    if (isRejection<FileRejection>(outcome)) return outcome;
    const file = await load(fileId);
    return file.status === 'stored' ? { file, isNew: file.key === key } : discardedRefusal;
  };

  return {
    /** Records a file whose bytes are durable under `contentKey`. */
    record,
    /** Counts and records a file whose bytes are durable under its key. */
    recordNew: async (request: UploadRequest, content: ReceivedContent, cause: Cause): Promise<Outcome> => {
      const { owner, key: attempt, fileId } = request;
      const { sha256, size } = content;
      return record(request, content, await accounts.count({ owner, attempt, fileId, sha256, size }, cause), cause);
    },
    /** Compares content that was read again with the stored file. */
    compare: (request: UploadRequest, content: ReceivedContent, cause: Cause): Promise<Outcome> =>
      record(request, content, request.key, cause),
  };
};

const checksumMismatch = reject(
  'checksum-mismatch',
  'The content that arrived has another SHA-256 than was announced. Send it again.',
);

const isAsAnnounced = ({ announcedSha256 }: UploadRequest, { sha256, sentSha256 = sha256 }: ReceivedContent): boolean =>
  announcedSha256 === undefined || announcedSha256 === sentSha256;

/** Sets space aside as the content arrives. Throws `QuotaExceeded`, and whatever the content throws. */
const receiveWithinQuota =
  ({ accounts, quotas, receive }: Pick<UploadOptions, 'accounts' | 'quotas' | 'receive'>) =>
  async (upload: Arriving): Promise<ReceivedContent | Rejection<UploadRejection>> => {
    const { request, mediaType, content, headSize, limit, cause, signal } = upload;
    const { owner, key: attempt, roles, declaredSize = 0, replaces } = request;
    const own = { owner, attempt, limit: await quotas.limitOf(roles), bytesMax: limit };
    const space = replaces === undefined ? own : { ...own, replaces };
    const grow = reserveSpace(accounts, space, cause);
    await grow(Math.min(limit, Math.max(headSize, declaredSize)));
    const incoming: IncomingContent = { ...request, mediaType, content, onGrowth: grow };
    const result = await receive(incoming, limit, signal);
    if (isRejection(result)) return result;
    if (result.infectedWith !== null) return infectionRefusal(result.infectedWith);
    return isAsAnnounced(request, result) ? result : checksumMismatch;
  };

/**
 * Stores an upload: detects the media type from its first bytes, marks it as pending, sets space aside, stores the
 * content, counts it, then appends `FileStored`. The bytes are durable before the event, and are valid only with it. A
 * failed or refused upload deletes its own bytes; the sweep deletes those of a process that died.
 */
export const uploadFile = (options: UploadOptions): UploadFile => {
  const { storedContent, pending, sniff, load, bytesMax = Infinity } = options;
  const { recordNew, compare } = recordFile(options);
  const receiveNew = receiveWithinQuota(options);

  /** Leaves nothing behind unless the file is recorded. If recording throws, the sweep finds out whether it was. */
  const storeNew = async (upload: Arriving): Promise<Outcome> => {
    const { request, cause } = upload;
    const { owner, key } = request;
    const work = await pending.begin(key, owner);
    try {
      const result = await receiveNew(upload).catch(async (error: unknown) => {
        await storedContent.remove(owner, key, cause);
        await work.end();
        throw error;
      });
      const outcome = isRejection<UploadRejection>(result) ? result : await recordNew(request, result, cause);
      if (isRejection<UploadRejection>(outcome) || !outcome.isNew) await storedContent.remove(owner, key, cause);
      else if (contentKeyOf(outcome.file) !== key) await storedContent.deleteBytes(key);
      await work.end();
      return outcome;
    } finally {
      work.leave();
    }
  };

  /** Reads a repeated upload without storing it, to compare its hash. */
  const compareWithStored = async ({ request, mediaType, content, limit, cause }: Arriving): Promise<Outcome> => {
    const { stream, summary } = measure(content, limit);
    await drain(stream);
    return compare(request, { name: request.name, mediaType, ...summary(), infectedWith: null }, cause);
  };

  return async (request, source, cause, signal) => {
    const before = await load(request.fileId);
    if (before.status === 'discarded') return discardedRefusal;

    const { purpose, name } = request;
    const { head, content, leave } = await readHead(source, HEAD_BYTES);
    const mediaType = await sniff(head, name);
    const refusal = sizeRefusal(purpose, head.length) ?? kindRefusal(purpose, mediaType);
    if (refusal !== undefined) {
      await leave();
      return refusal;
    }

    const limit = Math.min(bytesMaxOfKind(purpose, mediaType), bytesMax);
    const upload: Arriving = { request, mediaType, content, headSize: head.length, limit, cause, signal };
    try {
      return await (before.status === 'stored' ? compareWithStored(upload) : storeNew(upload));
    } catch (error) {
      const rejection = refusalOf(error, upload);
      if (rejection === undefined) throw error;
      await leave();
      return rejection;
    }
  };
};
