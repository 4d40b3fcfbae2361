import { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { safeFileName } from '@lego-moc/object-storage/content-disposition';
import type { PackFiles } from '../../application/ports/list-writer.ts';

/** The time that entries are given: equal exports are equal files. */
const ENTRY_TIME = new Date('2000-01-01T00:00:00Z');

/** Packs files into a zip as they are written: each is read only after the one before it. */
export const packFiles: PackFiles = (files) => {
  const zip = new ZipFile();
  const output = new PassThrough();
  const fail = (error: Error): void => void output.destroy(error);
  zip.on('error', fail);
  for (const { name, content } of files)
    zip.addReadStreamLazy(safeFileName(name), { mtime: ENTRY_TIME }, (use) =>
      use(null, Readable.from(content()).on('error', fail)),
    );
  zip.end();
  return zip.outputStream.pipe(output);
};
