import type { Clock } from '@lego-moc/kernel/clock';
import type { HandleCommand } from '@lego-moc/kernel/command-handler';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { Cause } from '@lego-moc/kernel/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import { bytesMaxFor, bytesMaxOfKind, kindRefusal, sizeRefusal } from '../domain/acceptance.ts';
import type { ContentKey, FileId, Purpose } from '../domain/file-events.ts';
import { discardedRefusal, type File, type FileCommand, type FileRejection, type StoredState } from '../domain/file.ts';
import { HEAD_BYTES } from '../domain/text-kind.ts';
import { ContentTooLarge, observe, peek } from './observe.ts';
import type { ContentStore } from './ports/content-store.ts';
import type { MediaTypeSniffer } from './ports/media-type-sniffer.ts';
import type { Received, ReceiveContent } from './receive-content.ts';

export type Arrival = {
  readonly fileId: FileId;
  readonly owner: UserId;
  readonly purpose: Purpose;
  readonly name: string;
  /** Names this attempt: no other may ever have had it. */
  readonly key: ContentKey;
};

export type Uploaded = { readonly file: StoredState; /** False when it was there already. */ readonly isNew: boolean };

export type UploadFile = (
  arrival: Arrival,
  content: AsyncIterable<Uint8Array>,
  cause: Cause,
  signal?: AbortSignal,
) => Promise<Uploaded | Rejection<FileRejection>>;

export type UploadOptions = {
  readonly contents: Pick<ContentStore, 'delete'>;
  readonly receive: ReceiveContent;
  readonly sniff: MediaTypeSniffer;
  readonly handle: HandleCommand<FileCommand, FileRejection>;
  readonly load: (fileId: FileId) => Promise<File>;
  readonly now: Clock;
  /** A limit of this installation, below those of the purposes. */
  readonly bytesMax?: number;
};

/** The most bytes that an upload for this purpose may have here. */
export const limitFor = (purpose: Purpose, bytesMax = Infinity): number => Math.min(bytesMaxFor(purpose), bytesMax);

/** The answer to an upload of more bytes than `limitFor` gives. */
export const tooLarge = (purpose: Purpose, limit: number): Rejection<'file-too-large'> =>
  reject('file-too-large', `The file is larger than the ${limit} bytes that a ${purpose} may have.`);

const drain = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- only passing by matters: the bytes are there already
  for await (const _ of content);
};

/**
 * Takes content in: looks at its beginning, lets it be received into the store, then records it. The bytes
 * are durable before the event and count only by it. Whatever breaks in between leaves bytes that no event names: an
 * upload that fails or is refused removes its own, and the sweep those of a process that died.
 */
export const uploadFile = ({
  contents,
  receive,
  sniff,
  handle,
  load,
  now,
  bytesMax = Infinity,
}: UploadOptions): UploadFile => {
  /** Reads a second upload of one file without keeping it, only to compare. */
  const compare = async (
    { name }: Arrival,
    mediaType: string,
    content: AsyncIterable<Uint8Array>,
    limit: number,
  ): Promise<Received> => {
    const { passing, summary } = observe(content, limit);
    await drain(passing);
    return { name, mediaType, ...summary(), infectedWith: null };
  };

  const record = async (
    arrival: Arrival,
    received: Received,
    cause: Cause,
  ): Promise<Uploaded | Rejection<FileRejection>> => {
    const { fileId, key } = arrival;
    // If this throws, nobody knows whether the event was stored: the bytes stay, and the sweep finds out.
    const outcome = await handle(
      fileId,
      { type: 'StoreFile', data: { ...arrival, ...received, storedAt: now() } },
      cause,
    );
    const file = isRejection<FileRejection>(outcome) ? undefined : await load(fileId);
    const isNew = file?.status === 'stored' && file.key === key;
    if (!isNew) await contents.delete(key);
    if (isRejection<FileRejection>(outcome)) return outcome;
    return file?.status === 'stored' ? { file, isNew } : discardedRefusal;
  };

  return async (arrival, content, cause, signal) => {
    const before = await load(arrival.fileId);
    if (before.status === 'discarded') return discardedRefusal;

    const { purpose } = arrival;
    const { head, whole } = await peek(content, HEAD_BYTES);
    const mediaType = await sniff(head, arrival.name);
    const refusal = sizeRefusal(purpose, head.length) ?? kindRefusal(purpose, mediaType);
    if (refusal !== undefined) return refusal;

    const limit = Math.min(bytesMaxOfKind(purpose, mediaType), bytesMax);
    try {
      const received =
        before.status === 'stored'
          ? await compare(arrival, mediaType, whole, limit)
          : await receive({ ...arrival, mediaType, content: whole }, limit, signal);
      return isRejection(received) ? received : await record(arrival, received, cause);
    } catch (error) {
      if (error instanceof ContentTooLarge) return tooLarge(purpose, limit);
      throw error;
    }
  };
};
