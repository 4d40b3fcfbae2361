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
import { signedForms } from './signed-form.ts';
import { signedQueries } from './signed-query.ts';

const publicUrl = 'http://files.test/files';
const SECRET = Buffer.from('a secret for this test');
const queries = signedQueries(SECRET, systemClock);
const forms = signedForms(SECRET, systemClock);

const freshFolder = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'object-store-'));
  closeAfterAllTests(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

const openIn = (directory: string): ObjectStore =>
  directoryObjectStore({ directory, publicUrl, signedQueries: queries, signedForms: forms });

/** The few lines of a server in front of the directory; file-storage has them as a route. */
const serve =
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

/** The same for forms. */
const formServer =
  (store: () => ObjectStore) =>
  async (_url: string, form: FormData): Promise<Response> => {
    const { file, ...fields } = Object.fromEntries(form) as Record<string, string> & { file: unknown };
    const grant = forms.verify(fields);
    if (typeof grant === 'string') return new Response(grant, { status: 403 });
    if ((file as Blob).size !== grant.size) return new Response('size', { status: 400 });
    await store().put(grant.key, (file as Blob).stream());
    return new Response(null, { status: 204 });
  };

describe('storing objects in a directory', () => {
  let store: ObjectStore;
  objectStoreContract(
    async () => (store = openIn(await freshFolder())),
    serve(() => store),
    formServer(() => store),
  );

  it('removes files that a crash left incomplete, and none that are being written', async () => {
    const directory = await freshFolder();
    await mkdir(join(directory, 'incoming'), { recursive: true });
    await writeFile(join(directory, 'incoming', 'old'), 'half');
    await writeFile(join(directory, 'incoming', 'new'), 'half');
    const anHourAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(directory, 'incoming', 'old'), anHourAgo, anHourAgo);

    const removedCount = await openIn(directory).removeUnfinished(
      new Date(Date.now() - 60_000).toISOString() as Instant,
    );

    expect(removedCount).to.equal(1);
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
