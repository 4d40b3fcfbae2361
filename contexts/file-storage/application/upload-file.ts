import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import { bytesMaxFor, bytesMaxOfKind, kindRefusal, sizeRefusal } from '../domain/acceptance.ts';
import type { ContentKey, FileId, Purpose } from '../domain/file-events.ts';
import { discardedRefusal, type File, type FileCommand, type FileRejection, type StoredState } from '../domain/file.ts';
import { HEAD_BYTES } from '../domain/text-kind.ts';
import { ContentTooLarge, measure, readHead } from './measure.ts';
import type { PendingUploads } from './pending-uploads.ts';
import type { ContentStore } from './ports/content-store.ts';
import type { MediaTypeSniffer } from './ports/media-type-sniffer.ts';
import type { ReceivedContent, ReceiveContent } from './receive-content.ts';

export type UploadRequest = {
  readonly fileId: FileId;
  readonly owner: UserId;
  readonly purpose: Purpose;
  readonly name: string;
  /** Identifies this attempt: no other may ever have used it. */
  readonly key: ContentKey;
};

export type UploadResult = {
  readonly file: StoredState;
  /** False when it was stored already. */ readonly isNew: boolean;
};

export type UploadFile = (
  request: UploadRequest,
  content: AsyncIterable<Uint8Array>,
  cause: Cause,
  signal?: AbortSignal,
) => Promise<UploadResult | Rejection<FileRejection>>;

export type UploadOptions = {
  readonly contents: Pick<ContentStore, 'delete'>;
  readonly pending: PendingUploads;
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

const drain = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the content is read for its hash only
  for await (const _ of content);
};

/** Reads a repeated upload without storing it, to compare its hash. */
const compare = async (
  { name }: UploadRequest,
  mediaType: string,
  content: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<ReceivedContent> => {
  const { measured, summary } = measure(content, limit);
  await drain(measured);
  return { name, mediaType, ...summary(), infectedWith: null };
};

/** Receives content under a marker; leaves neither behind when it fails or the content is refused. */
const receiveUnderMarker =
  ({ contents, pending, receive }: Pick<UploadOptions, 'contents' | 'pending' | 'receive'>): ReceiveContent =>
  async (incoming, limit, signal) => {
    const { key } = incoming;
    await pending.begin(key);
    let received: Awaited<ReturnType<ReceiveContent>> | undefined;
    try {
      return (received = await receive(incoming, limit, signal));
    } finally {
      if (received === undefined || isRejection(received)) {
        await contents.delete(key);
        await pending.end(key);
      }
    }
  };

/**
 * Stores an upload: detects the media type from its first bytes, marks it as pending, stores the content, then appends
 * `FileStored`. The bytes are durable before the event, and are valid only with it. A failed or refused upload deletes its
 * own bytes; the sweep deletes those of a process that died.
 */
export const uploadFile = ({
  contents,
  pending,
  receive,
  sniff,
  handle,
  load,
  now,
  bytesMax = Infinity,
}: UploadOptions): UploadFile => {
  const receiveContent = receiveUnderMarker({ contents, pending, receive });

  const record = async (
    request: UploadRequest,
    received: ReceivedContent,
    cause: Cause,
  ): Promise<UploadResult | Rejection<FileRejection>> => {
    const { fileId, key } = request;
    // If this throws, the event may have been stored: the bytes stay, and the sweep decides about them later.
    const outcome = await handle(
      fileId,
      { type: 'StoreFile', data: { ...request, ...received, storedAt: now() } },
      cause,
    );
    const file = isRejection<FileRejection>(outcome) ? undefined : await load(fileId);
    const isNew = file?.status === 'stored' && file.key === key;
    if (!isNew) await contents.delete(key);
    if (isRejection<FileRejection>(outcome)) return outcome;
    return file?.status === 'stored' ? { file, isNew } : discardedRefusal;
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
    try {
      const received =
        before.status === 'stored'
          ? await compare(request, mediaType, content, limit)
          : await receiveContent({ ...request, mediaType, content }, limit, signal);
      if (isRejection(received)) return received;
      const result = await record(request, received, cause);
      await pending.end(request.key);
      return result;
    } catch (error) {
      if (error instanceof ContentTooLarge) return fileTooLarge(purpose, limit);
      throw error;
    }
  };
};
