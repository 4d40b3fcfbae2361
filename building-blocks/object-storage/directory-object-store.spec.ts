import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { systemClock } from '@lego-moc/application/clock';
import type { Instant } from '@lego-moc/kernel/message';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { attachmentDisposition } from './content-disposition.ts';
import { directoryObjectStore } from './directory-object-store.ts';
import type { ObjectStore } from './object-store.ts';
import { objectStoreContract } from './object-store.contract.ts';
import { signedQueries } from './signed-query.ts';

const publicUrl = 'http://files.test/files';
const queries = signedQueries(Buffer.from('a secret for this test'), systemClock);

const freshFolder = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'object-store-'));
  closeAfterAllTests(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

const openIn = (directory: string): ObjectStore =>
  directoryObjectStore({ directory, publicUrl, signedQueries: queries });

/** The few lines of a server in front of the directory; file-storage has them as a route. */
const served =
  (store: () => ObjectStore) =>
  async (url: string): Promise<Response> => {
    const { pathname, searchParams } = new URL(url);
    const key = pathname.slice('/files/'.length);
    const grant = queries.verify(key, Object.fromEntries(searchParams));
    if (typeof grant === 'string') return new Response(grant, { status: 403 });
    const content = await store().get(key);
    return new Response(content === undefined ? null : new Uint8Array(await buffer(content)), {
      headers: {
        'content-type': grant.mediaType ?? '',
        'content-disposition': attachmentDisposition(grant.downloadName ?? ''),
      },
    });
  };

describe('storing objects in a directory', () => {
  let store: ObjectStore;
  objectStoreContract(
    async () => (store = openIn(await freshFolder())),
    served(() => store),
  );

  it('removes files that a crash left incomplete, and none that are being written', async () => {
    const directory = await freshFolder();
    await mkdir(join(directory, 'incoming'), { recursive: true });
    await writeFile(join(directory, 'incoming', 'old'), 'half');
    await writeFile(join(directory, 'incoming', 'new'), 'half');
    const anHourAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(directory, 'incoming', 'old'), anHourAgo, anHourAgo);

    const removed = await openIn(directory).removeUnfinished(new Date(Date.now() - 60_000).toISOString() as Instant);

    expect(removed).to.equal(1);
    expect(await readdir(join(directory, 'incoming'))).to.deep.equal(['new']);
  });

  it('leaves no empty folders behind', async () => {
    const directory = await freshFolder();
    const objects = openIn(directory);
    await objects.put('folder/a', [Buffer.from('x')] as unknown as AsyncIterable<Uint8Array>);
    await objects.delete('folder/a');
    expect(await readdir(join(directory, 'objects'))).to.deep.equal([]);
  });
});
