import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { FileKind } from '../domain/moc-events.ts';
import type { FileStore, FileToCopy, IncomingFile, StoredFile } from './ports/file-store.ts';
import type { MocUploadEvent } from './processes/moc-upload-events.ts';
import type { MocUpload } from './processes/moc-upload-state.ts';

/** Why an upload is refused, and the kind of the file at fault, if one is. */
export type UploadRefusal = Rejection & { readonly kind?: FileKind };

/** Appends events to the upload; returns its state after them. */
export type AppendToUpload = (events: readonly MocUploadEvent[]) => Promise<MocUpload>;

export type FileReception = {
  /** Receives a file. Refuses it or an earlier one; the content of a refused upload's file is read to its end. */
  readonly receive: (file: IncomingFile) => Promise<UploadRefusal | undefined>;
  /** Copies a file that the owner has stored already, once the earlier ones are stored. */
  readonly copy: (file: FileToCopy) => Promise<UploadRefusal | undefined>;
  /** Stores the buffered files. */
  readonly flush: () => Promise<UploadRefusal | undefined>;
};

/** Smaller files are buffered until several can be stored at once. Parts lists usually are. */
export const SMALL_FILE_BYTES_MAX = 128 * 1024;

/** With the size above, what one upload holds in memory at most: 1 MiB. */
export const FILES_AT_ONCE_MAX = 8;

/** Lets the sender finish sending and read the answer, instead of losing the connection. */
export const readToTheEnd = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
  try {
    const reader = content[Symbol.asyncIterator]();
    while ((await reader.next()).done !== true);
  } catch {
    // The former reader closed it, or the sender is gone: there is nothing left to read.
  }
};

async function* resume(chunks: readonly Uint8Array[], rest?: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
  if (rest !== undefined) yield* { [Symbol.asyncIterator]: () => rest };
}

/** Reads a content to its end if it is small, and the beginning of one that is not. */
const readIfSmall = async (content: AsyncIterable<Uint8Array>) => {
  const rest = content[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  for (let bytes = 0; bytes <= SMALL_FILE_BYTES_MAX;) {
    const next = await rest.next();
    if (next.done === true) return { isSmall: true, content: resume(chunks) };
    chunks.push(next.value);
    bytes += next.value.length;
  }
  return { isSmall: false, content: resume(chunks, rest) };
};

const tookTooLong = reject('upload-interrupted', 'The upload took too long.');

const noSuchFile = reject('file-not-found', 'You have no stored file with this id. Upload it again.');

const announcementOf = ({ fileId, kind, name }: Pick<IncomingFile, 'fileId' | 'kind' | 'name'>): MocUploadEvent => ({
  type: 'FileAnnounced',
  data: { fileId, kind, name },
});

const refusalAmong = (incoming: readonly IncomingFile[], results: readonly (StoredFile | Rejection)[]) => {
  for (const [index, result] of results.entries()) {
    const file = incoming[index];
    if (file === undefined || !isRejection(result)) continue;
    return { ...result, because: `${file.name}: ${result.because}`, kind: file.kind };
  }
  return undefined;
};

/**
 * Stores the files of one upload, small ones several at once, and records them in the order in which they came. Every
 * file is announced before its first byte is stored. When one cannot be stored, the others are waited for, so that
 * nothing arrives after the upload is undone.
 */
export const fileReception = (files: FileStore, append: AppendToUpload, cause: Cause): FileReception => {
  let heldBack: IncomingFile[] = [];

  const store = async (incoming: readonly IncomingFile[]): Promise<UploadRefusal | undefined> => {
    const { step } = await append(incoming.map(announcementOf));
    if (step !== 'receiving') return tookTooLong;
    const outcomes = await Promise.allSettled(incoming.map((file) => files.store(file, cause)));
    const results = outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
    const refusal = refusalAmong(incoming, results);
    if (refusal !== undefined) return refusal;
    await append(
      results.flatMap((data): MocUploadEvent[] => (isRejection(data) ? [] : [{ type: 'FileReceived', data }])),
    );
    return undefined;
  };

  const flush = async (): Promise<UploadRefusal | undefined> => {
    const incoming = heldBack;
    heldBack = [];
    return incoming.length === 0 ? undefined : store(incoming);
  };

  const receive = async (file: IncomingFile): Promise<UploadRefusal | undefined> => {
    const { isSmall, content } = await readIfSmall(file.content);
    if (isSmall) {
      heldBack.push({ ...file, content });
      return heldBack.length < FILES_AT_ONCE_MAX ? undefined : flush();
    }
    const refusal = (await flush()) ?? (await store([{ ...file, content }]));
    if (refusal !== undefined) await readToTheEnd(content);
    return refusal;
  };

  const copy = async (file: FileToCopy): Promise<UploadRefusal | undefined> => {
    const refusal = await flush();
    if (refusal !== undefined) return refusal;
    const source = await files.find(file.source, file.owner);
    if (source === undefined) return noSuchFile;
    const { kind, name } = source;
    const { step } = await append([announcementOf({ fileId: file.fileId, kind, name })]);
    if (step !== 'receiving') return tookTooLong;
    const data = await files.copy(file, cause);
    if (isRejection(data)) return data;
    await append([{ type: 'FileReceived', data }]);
    return undefined;
  };

  return { receive, copy, flush };
};
