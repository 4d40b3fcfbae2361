import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { fromBuffer, type Entry, type Options, type ZipFile } from 'yauzl';

const open = promisify<Buffer, Options, ZipFile>(fromBuffer);

/** The entries of a zip, as text. */
export const unzip = async (zip: Buffer): Promise<readonly { readonly name: string; readonly content: string }[]> => {
  const file = await open(zip, { autoClose: false, lazyEntries: true });
  const entries: Entry[] = [];
  await new Promise<void>((resolve, fail) => {
    file.on('entry', (entry: Entry) => {
      entries.push(entry);
      file.readEntry();
    });
    file.on('end', resolve).on('error', fail);
    file.readEntry();
  });
  const openEntry = promisify<Entry, NodeJS.ReadableStream>((entry, use) => file.openReadStream(entry, use));
  const contents: { name: string; content: string }[] = [];
  for (const entry of entries) contents.push({ name: entry.fileName, content: await text(await openEntry(entry)) });
  return contents;
};
