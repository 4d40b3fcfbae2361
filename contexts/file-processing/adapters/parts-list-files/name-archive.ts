/** A zip's first local header: flags at 6, the length of the entry's name at 26, the name from 30 on. */
const FLAGS_AT = 6;
const NAME_LENGTH_AT = 26;
const NAME_AT = 30;
const ENCRYPTED = 1;

type Entry = { readonly name: string; readonly locked: boolean };

const firstEntry = (start: Buffer): Entry | undefined => {
  if (start.length < NAME_AT || start.readUInt32LE(0) !== 0x04034b50) return undefined;
  const length = start.readUInt16LE(NAME_LENGTH_AT);
  return {
    name: start.toString('utf8', NAME_AT, NAME_AT + length).toLowerCase(),
    locked: (start.readUInt16LE(FLAGS_AT) & ENCRYPTED) !== 0,
  };
};

const STUDIO = /^(?:model.*\.(?:ldr|lxfml|ins)|thumbnail\.png|\.info|errorpartlist\.err)$/;

const nameZip = ({ name, locked }: Entry): string => {
  if (STUDIO.test(name))
    return locked
      ? 'This is a Studio model (.io) that an older Studio locked with a password. Open it in a current Studio and export its parts list as BrickLink XML.'
      : 'This is a Studio model (.io). Export its parts list as BrickLink XML in Studio.';
  if (/^image100\./.test(name))
    return 'This is a LEGO Digital Designer model (.lxf). Export its parts list as BrickLink XML or CSV.';
  if (/^(?:\[content_types\]\.xml|_rels\/|xl\/|docprops\/)/.test(name))
    return 'This is an Excel workbook. Save its sheet as CSV.';
  if (name === 'mimetype') return 'This is an OpenDocument file. Save its sheet as CSV.';
  return locked
    ? 'This is a zip archive with a password. Unpack it and upload the parts list in it.'
    : 'This is a zip archive. Unpack it and upload the parts list in it.';
};

const OTHERS: readonly (readonly [bytes: readonly number[], detail: string])[] = [
  [[0x50, 0x4b], 'This is a zip archive. Unpack it and upload the parts list in it.'],
  [[0x1f, 0x8b], 'This file is compressed with gzip. Unpack it and upload the parts list in it.'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'This is a 7-Zip archive. Unpack it and upload the parts list in it.'],
  [[0x52, 0x61, 0x72, 0x21], 'This is a RAR archive. Unpack it and upload the parts list in it.'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'This is a document of an older Excel or Word. Save its sheet as CSV.'],
];

/** What an archive is and what to do with it, by its first bytes; `undefined` when it is none. */
export const nameArchive = (bytes: Uint8Array): string | undefined => {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entry = firstEntry(start);
  if (entry !== undefined) return nameZip(entry);
  return OTHERS.find(([signature]) => signature.every((byte, index) => start[index] === byte))?.[1];
};
