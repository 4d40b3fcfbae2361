import type { Readable } from 'node:stream';
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';

/** The largest Studio model seen has 1.7 MB, with pictures. */
const ARCHIVE_BYTES_MAX = 64 * 1024 * 1024;
const ENTRY_BYTES_MAX = 64 * 1024 * 1024;
const ENTRIES_MAX = 5_000;

export type ZipEntry = {
  /** In lower case. */
  readonly name: string;
  /** Whether a password is needed. */
  readonly isLocked: boolean;
  /** The unpacked content. Throws `UnreadableFile` for more than 64 MiB, or when the archive is broken. */
  readonly open: () => AsyncIterable<Uint8Array>;
};

const brokenArchive = (): UnreadableFile =>
  new UnreadableFile('format-not-supported', 'The archive is broken or cut off. Download or export it once more.');

const tooLarge = (): UnreadableFile =>
  new UnreadableFile('format-not-supported', 'The archive is too large for a parts list. Export the list alone.');

const gather = async (bytes: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > ARCHIVE_BYTES_MAX) throw tooLarge();
  }
  return Buffer.concat(chunks);
};

async function* contentOf(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  if (entry.uncompressedSize > ENTRY_BYTES_MAX) throw tooLarge();
  let stream: Readable | undefined;
  try {
    stream = await zip.openReadStreamPromise(entry);
    // The library fails when an entry unpacks to more than it declares.
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw error instanceof UnreadableFile ? error : brokenArchive();
  } finally {
    stream?.destroy();
  }
}

/** The entries of a zip, which is held in memory as a whole. Throws `UnreadableFile`. */
export const openZip = async (bytes: AsyncIterable<Uint8Array>): Promise<readonly ZipEntry[]> => {
  const archive = await gather(bytes);
  try {
    const zip = await fromBufferPromise(archive, { lazyEntries: true });
    if (zip.entryCount > ENTRIES_MAX) throw tooLarge();
    const entries: ZipEntry[] = [];
    for await (const entry of zip.eachEntry())
      entries.push({
        name: entry.fileName.toLowerCase(),
        isLocked: entry.isEncrypted(),
        open: () => contentOf(zip, entry),
      });
    return entries;
  } catch (error) {
    throw error instanceof UnreadableFile ? error : brokenArchive();
  }
};
