import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { getFileNameLowLevel, openPromise, type Entry, type ZipFile } from 'yauzl';
import { writeTemporaryFile } from '@lego-moc/images/temporary-file';
import type { Rejection } from '@lego-moc/kernel/decider';
import { readHead } from '../../application/measure.ts';
import {
  ARCHIVE_LIMITS,
  archiveKind,
  archiveRefusal,
  densityFault,
  isUnsafeName,
  SIGNATURE_BYTES,
  type ArchiveFault,
} from '../../domain/archive.ts';

/** Ends the inspection of an archive that is refused. */
class ArchiveRefused extends Error {
  readonly rejection: Rejection<'archive-refused'>;

  constructor(fault: ArchiveFault, entry?: string) {
    super(fault);
    this.name = 'ArchiveRefused';
    this.rejection = archiveRefusal(fault, entry);
  }
}

type Bytes = AsyncIterable<Uint8Array>;

/** What the archive, with all archives in it, may still hold. */
type Budget = { entries: number; bytes: number };

type PackedContent = { readonly name: string; readonly packedSize: number };

/** Counts what an entry unpacks to, whatever it declares. Throws as soon as it is too much. */
async function* countBytes(
  content: Bytes,
  { name, packedSize }: PackedContent,
  budget: Budget,
): AsyncGenerator<Uint8Array> {
  let unpackedSize = 0;
  for await (const chunk of content) {
    unpackedSize += chunk.length;
    budget.bytes -= chunk.length;
    if (budget.bytes < 0) throw new ArchiveRefused('too-large');
    const fault = densityFault(packedSize, unpackedSize);
    if (fault !== undefined) throw new ArchiveRefused(fault, name);
    yield chunk;
  }
}

const inspectContent = async (content: Bytes, depth: number, budget: Budget): Promise<void> => {
  const { head, content: whole } = await readHead(content, SIGNATURE_BYTES);
  if (archiveKind(head) === undefined) {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the content is unpacked to be counted only
    for await (const _ of whole);
    return;
  }
  await using inner = await writeTemporaryFile(whole, { bytesMax: Infinity });
  await inspectFile(inner.path, depth + 1, budget);
};

const SYMBOLIC_LINK = 0o120_000;
const FILE_TYPE = 0o170_000;
const KNOWN_METHODS = new Set([0, 8]);

/** The mode of Unix is in the upper half of the attributes. */
const isSymbolicLink = ({ externalFileAttributes }: Entry): boolean =>
  ((externalFileAttributes >>> 16) & FILE_TYPE) === SYMBOLIC_LINK;

const inspectEntry = async (zip: ZipFile, entry: Entry, depth: number, budget: Budget): Promise<void> => {
  const { generalPurposeBitFlag, fileNameRaw, extraFields, compressedSize, uncompressedSize } = entry;
  const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
  if (isUnsafeName(name)) throw new ArchiveRefused('unsafe-name', name);
  if (isSymbolicLink(entry)) throw new ArchiveRefused('symbolic-link', name);
  if (name.endsWith('/')) return;
  const fault = densityFault(compressedSize, uncompressedSize);
  if (fault !== undefined) throw new ArchiveRefused(fault, name);
  if (entry.isEncrypted()) {
    budget.bytes -= uncompressedSize;
    if (budget.bytes < 0) throw new ArchiveRefused('too-large');
    return;
  }
  if (!KNOWN_METHODS.has(entry.compressionMethod)) throw new ArchiveRefused('packing-unknown', name);
  const stream = await zip.openReadStreamPromise(entry);
  try {
    await inspectContent(countBytes(stream, { name, packedSize: compressedSize }, budget), depth, budget);
  } finally {
    stream.destroy();
  }
};

const inspectZip = async (path: string, depth: number, budget: Budget): Promise<void> => {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false });
  try {
    budget.entries -= zip.entryCount;
    if (budget.entries < 0) throw new ArchiveRefused('too-many-entries');
    for await (const entry of zip.eachEntry()) await inspectEntry(zip, entry, depth, budget);
  } finally {
    zip.close();
  }
};

const inspectGzip = async (path: string, depth: number, budget: Budget): Promise<void> => {
  budget.entries -= 1;
  if (budget.entries < 0) throw new ArchiveRefused('too-many-entries');
  const packedContent = { name: 'the content', packedSize: (await stat(path)).size };
  await pipeline(createReadStream(path), createGunzip(), (content: Bytes) =>
    inspectContent(countBytes(content, packedContent, budget), depth, budget),
  );
};

const headOf = async (path: string): Promise<Uint8Array> => {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(SIGNATURE_BYTES), 0, SIGNATURE_BYTES, 0);
  return buffer.subarray(0, bytesRead);
};

const inspectFile = async (path: string, depth: number, budget: Budget): Promise<void> => {
  if (depth > ARCHIVE_LIMITS.depth) throw new ArchiveRefused('too-deep');
  const inspect = archiveKind(await headOf(path)) === 'gzip' ? inspectGzip : inspectZip;
  await inspect(path, depth, budget);
};

/** Faults of this machine; everything else that the unpacking code throws is about the archive. */
const isOutage = (error: unknown): boolean =>
  error instanceof Error && ('syscall' in error || error.name === 'ServiceUnavailable');

/**
 * Unpacks a zip or gzip file, and the archives in it, without storing what it holds. Returns why it is refused by
 * `ARCHIVE_LIMITS`; `undefined` when it is not. Throws when the disk of this machine fails.
 */
export const inspectArchive = async (
  path: string,
  { entries, bytes }: Readonly<Budget> = ARCHIVE_LIMITS,
): Promise<Rejection<'archive-refused'> | undefined> => {
  try {
    await inspectFile(path, 1, { entries, bytes });
    return undefined;
  } catch (error) {
    if (error instanceof ArchiveRefused) return error.rejection;
    if (isOutage(error)) throw error;
    return archiveRefusal('broken');
  }
};
