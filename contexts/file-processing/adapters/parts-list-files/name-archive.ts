const STUDIO = /^(?:model.*\.(?:ldr|lxfml|ins)|thumbnail\.png|\.info|errorpartlist\.err)$/;

/** Names a zip without a readable list, by one of its entries, and says what to do with it. */
export const nameZip = ({ name, isLocked }: { readonly name: string; readonly isLocked: boolean }): string => {
  if (STUDIO.test(name))
    return isLocked
      ? 'This is a Studio model (.io) that an older Studio locked with a password. Save it with a current Studio, or export its parts list as BrickLink XML.'
      : 'This Studio model (.io) holds no model.ldr. Export its parts list as BrickLink XML.';
  if (/^(?:\[content_types\]\.xml|_rels\/|xl\/|docprops\/)/.test(name))
    return isLocked
      ? 'This is an Excel workbook with a password. Remove the password and save it once more.'
      : 'This is no workbook that Excel writes today (.xlsx). Save its sheet as CSV.';
  if (name === 'mimetype') return 'This is an OpenDocument file. Save its sheet as CSV.';
  return isLocked
    ? 'This is a zip archive with a password. Unpack it and upload the parts list in it.'
    : 'This is a zip archive. Unpack it and upload the parts list in it.';
};

const SIGNATURES: readonly (readonly [bytes: readonly number[], detail: string])[] = [
  [[0x1f, 0x8b], 'This file is compressed with gzip. Unpack it and upload the parts list in it.'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'This is a 7-Zip archive. Unpack it and upload the parts list in it.'],
  [[0x52, 0x61, 0x72, 0x21], 'This is a RAR archive. Unpack it and upload the parts list in it.'],
  [
    [0xd0, 0xcf, 0x11, 0xe0],
    'This is a document of an older Excel or Word, or one with a password. Save its sheet as CSV.',
  ],
];

/** Names an archive other than a zip and says what to do with it, by its first bytes; `undefined` for anything else. */
export const nameArchive = (start: Uint8Array): string | undefined =>
  SIGNATURES.find(([signature]) => signature.every((byte, index) => start[index] === byte))?.[1];

/** Whether the bytes begin a zip. */
export const isZip = (start: Uint8Array): boolean => start[0] === 0x50 && start[1] === 0x4b && (start[2] ?? 0) < 9;
