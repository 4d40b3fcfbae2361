import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import { hasRenditions } from '../domain/acceptance.ts';
import type { ContentKey, FileId, ProcessedImage, StoredRendition } from '../domain/file-events.ts';
import { contentKeyOf, type File, type FileCommand, type FileRejection, type StoredState } from '../domain/file.ts';
import { measure } from './measure.ts';
import type { ContentStore } from './ports/content-store.ts';
import type { MadeRendition, MakeRenditions } from './ports/rendition-maker.ts';

/** Makes the renditions of a stored image, or of the first page of a document. Safe to repeat; throws an outage. */
export type ProcessFile = (fileId: FileId, cause: Cause) => Promise<void>;

type Needs = {
  readonly contents: ContentStore;
  readonly make: MakeRenditions;
  readonly load: (fileId: FileId) => Promise<File>;
  readonly handle: HandleCommand<FileCommand, FileRejection>;
  readonly now: Clock;
};

/** A worker may have been killed for want of memory or time on a busy machine. */
const ATTEMPTS_MAX = 3;

const prefixOf = (fileId: FileId): string => `${fileId}/rendition-`;

/** The same at every attempt, so that a repetition replaces what a crash left behind. */
const keyOf = (fileId: FileId, side: number): ContentKey => `${prefixOf(fileId)}${String(side)}` as ContentKey;

/** Deletes all renditions of a file. */
export const deleteRenditions = async (
  contents: Pick<ContentStore, 'list' | 'delete'>,
  fileId: FileId,
): Promise<void> => {
  for await (const { key } of contents.list(prefixOf(fileId))) await contents.delete(key as ContentKey);
};

// eslint-disable-next-line @typescript-eslint/require-await -- an async iterable of one chunk
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/**
 * From a stored image to its renditions: what is due follows from the file's own stream. The renditions are durable before
 * the event that names them. A file that is discarded meanwhile loses them again.
 */
export const processFile = ({ contents, make, load, handle, now }: Needs): ProcessFile => {
  const store = async (fileId: FileId, { bytes, side, width, height }: MadeRendition): Promise<StoredRendition> => {
    const key = keyOf(fileId, side);
    const { stream, summary } = measure(once(bytes), Infinity);
    await contents.put(key, stream);
    return { side, width, height, ...summary(), key };
  };

  /** `null` when the renditions cannot be made; `undefined` when the bytes are gone. */
  const makeAndStore = async (file: StoredState): Promise<ProcessedImage | null | undefined> => {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const content = await contents.get(contentKeyOf(file));
      if (content === undefined) return undefined;
      const image = await make(content, file);
      if (image === undefined) continue;
      const { renditions: madeRenditions, ...description } = image;
      const renditions = await Promise.all(madeRenditions.map((rendition) => store(file.fileId, rendition)));
      return { ...description, renditions };
    }
    return null;
  };

  return async (fileId, cause) => {
    const file = await load(fileId);
    if (file.status === 'discarded') return deleteRenditions(contents, fileId);
    if (file.status !== 'stored' || !hasRenditions(file.mediaType) || file.image !== undefined) return;
    const image = await makeAndStore(file);
    if (image === undefined) return;
    const command: FileCommand = { type: 'RecordProcessing', data: { fileId, image, at: now() } };
    if (isRejection(await handle(fileId, command, cause))) await deleteRenditions(contents, fileId);
  };
};
