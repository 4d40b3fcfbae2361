import { reject, type Rejection } from '@lego-moc/kernel/decider';
import { displayName } from '@lego-moc/kernel/display-name';

const MEBIBYTE = 1024 * 1024;

/**
 * What an archive may hold, those in it included. The largest Studio model seen has 111 entries that unpack to 4 MiB, at
 * most 13 times their packed size; a builder's zip of such models and PDFs is an archive of archives.
 */
export const ARCHIVE_LIMITS = {
  entries: 5_000,
  /** Of all entries when unpacked. */
  bytes: 256 * MEBIBYTE,
  /** An archive in an archive in an archive. */
  depth: 3,
  /** Unpacked bytes for each packed one. Deflate itself allows a thousand. */
  ratio: 100,
  /** Smaller entries may have any ratio: a megabyte harms nobody. */
  ratioFromBytes: MEBIBYTE,
  nameLength: 1_024,
} as const;

const LIMIT_IN_MEBIBYTES = ARCHIVE_LIMITS.bytes / MEBIBYTE;

/** Why an archive is refused, and what to do about it. */
const FAULTS = {
  broken: 'The archive is broken or cut off. Download or export it once more.',
  'too-many-entries': `The archive has more than ${ARCHIVE_LIMITS.entries} entries, those of archives in it included. Leave out what nobody needs, or send several archives.`,
  'too-large': `The archive unpacks to more than ${LIMIT_IN_MEBIBYTES} MiB. Leave out what nobody needs, or send several archives.`,
  'too-dense': `An entry of the archive unpacks to more than ${ARCHIVE_LIMITS.ratio} times its size, as archives do that are made to do harm. Send that file by itself.`,
  'too-deep': `The archive holds archives more than ${ARCHIVE_LIMITS.depth} deep. Unpack the inner ones first.`,
  'unsafe-name':
    'A name in the archive leads outside of it, or is none that every system can write. Rename that entry to a plain relative path.',
  'symbolic-link': 'The archive holds a symbolic link. Put the file itself in its place.',
  'packing-unknown':
    'The archive is packed by another method than Deflate, so it cannot be checked. Pack it again as an ordinary zip.',
} as const;

export type ArchiveFault = keyof typeof FAULTS;

/** The refusal of an archive; `entry` is the name of the entry at fault. */
export const archiveRefusal = (fault: ArchiveFault, entry?: string): Rejection<'archive-refused'> =>
  reject('archive-refused', entry === undefined ? FAULTS[fault] : `“${displayName(entry)}”: ${FAULTS[fault]}`);

const ABSOLUTE = /^(?:\/|[a-z]:)/iu;
/** Control characters, of which NUL ends a name for some systems and not for others. */
const CONTROL = /\p{Cc}/u;

/** Whether unpacking an entry of this name could write outside of the folder that it is unpacked to. */
export const isUnsafeName = (name: string): boolean => {
  const path = name.replaceAll('\\', '/');
  return (
    path === '' ||
    path.length > ARCHIVE_LIMITS.nameLength ||
    ABSOLUTE.test(path) ||
    CONTROL.test(path) ||
    path.split('/').includes('..')
  );
};

/** Why an entry of this size is refused; sizes in bytes. */
export const densityFault = (packedSize: number, unpackedSize: number): ArchiveFault | undefined =>
  unpackedSize > ARCHIVE_LIMITS.ratioFromBytes && unpackedSize > ARCHIVE_LIMITS.ratio * packedSize
    ? 'too-dense'
    : undefined;

const SIGNATURES = [
  { kind: 'zip', bytes: [0x50, 0x4b, 0x03, 0x04] },
  { kind: 'gzip', bytes: [0x1f, 0x8b, 0x08] },
] as const;

/** The bytes that `archiveKind` needs. */
export const SIGNATURE_BYTES = 4;

/** The kind of archive that begins like this, whatever its name says. */
export const archiveKind = (head: Uint8Array): (typeof SIGNATURES)[number]['kind'] | undefined =>
  SIGNATURES.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte))?.kind;
