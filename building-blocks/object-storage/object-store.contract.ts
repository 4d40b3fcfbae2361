import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { after } from '@lego-moc/kernel/instant';
import { newId } from '@lego-moc/application/new-id';
import type { Instant } from '@lego-moc/kernel/message';
import type { ObjectStore } from './object-store.ts';

const chunks = (...parts: readonly (string | Uint8Array)[]): AsyncIterable<Uint8Array> =>
  (async function* () {
    for (const part of parts) {
      await Promise.resolve();
      yield Buffer.from(part);
    }
  })();

const breaking = async function* (afterBytes = 65_536): AsyncGenerator<Uint8Array> {
  for (let sentBytes = 0; sentBytes < afterBytes; sentBytes += 65_536)
    yield await Promise.resolve(Buffer.alloc(65_536));
  throw new Error('connection lost');
};

const failure = async (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => expect.fail('was expected to fail'),
    (error: unknown) => error as Error,
  );

const keysUnder = async (store: ObjectStore, prefix: string): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys.sort();
};

const post = (url: string, body: FormData): Promise<Response> => fetch(url, { method: 'POST', body });

/** The contract of every object store. `fetchUrl` reads a signed URL, `postForm` sends a form, as a browser would. */
export const objectStoreContract = (
  open: () => Promise<ObjectStore>,
  fetchUrl: (url: string) => Promise<Response> = fetch,
  postForm: (url: string, form: FormData) => Promise<Response> = post,
): void => {
  let store: ObjectStore;
  let folder: string;

  before(async () => {
    store = await open();
  });
  beforeEach(() => {
    folder = newId();
  });

  const textAt = async (key: string, range?: { first: number; last: number }): Promise<string | undefined> => {
    const content = await store.get(key, range);
    return content === undefined ? undefined : (await buffer(content)).toString('utf8');
  };

  it('returns the stored content', async () => {
    await store.put(`${folder}/a`, chunks('one ', 'two'));
    expect(await textAt(`${folder}/a`)).to.equal('one two');
  });

  it('returns a range', async () => {
    await store.put(`${folder}/a`, chunks('0123456789'));
    expect(await textAt(`${folder}/a`, { first: 2, last: 4 })).to.equal('234');
  });

  it('returns size and age without content', async () => {
    await store.put(`${folder}/a`, chunks('12345'));
    const object = await store.head(`${folder}/a`);
    expect(object).to.include({ key: `${folder}/a`, size: 5 });
    expect(Date.now() - Date.parse(object!.modifiedAt)).to.be.within(-60_000, 60_000);
  });

  it('replaces earlier content', async () => {
    await store.put(`${folder}/a`, chunks('old and longer'));
    await store.put(`${folder}/a`, chunks('new'));
    expect(await textAt(`${folder}/a`)).to.equal('new');
  });

  it('returns undefined for an unknown key', async () => {
    expect(await store.get(`${folder}/none`)).to.equal(undefined);
    expect(await store.head(`${folder}/none`)).to.equal(undefined);
    expect(await store.head(folder)).to.equal(undefined);
  });

  it('stores 18 MiB unchanged', async () => {
    const content = randomBytes(18 * 1024 * 1024 + 7);
    await store.put(`${folder}/big`, chunks(content.subarray(0, 1), content.subarray(1)));
    expect((await buffer((await store.get(`${folder}/big`))!)).equals(content)).to.equal(true);
  });

  it('deletes, also twice', async () => {
    await store.put(`${folder}/a`, chunks('x'));
    await store.delete(`${folder}/a`);
    await store.delete(`${folder}/a`);
    expect(await store.get(`${folder}/a`)).to.equal(undefined);
  });

  it('lists by prefix', async () => {
    for (const name of ['one', 'other', 'two']) await store.put(`${folder}/${name}`, chunks('x'));
    expect(await keysUnder(store, `${folder}/`)).to.deep.equal([`${folder}/one`, `${folder}/other`, `${folder}/two`]);
    expect(await keysUnder(store, `${folder}/o`)).to.deep.equal([`${folder}/one`, `${folder}/other`]);
    expect(await keysUnder(store, `${newId()}/`)).to.deep.equal([]);
  });

  it('stores nothing when the content fails', async () => {
    expect((await failure(store.put(`${folder}/a`, breaking()))).message).to.equal('connection lost');
    expect(await keysUnder(store, `${folder}/`)).to.deep.equal([]);
  });

  it('stores nothing when the content fails after 20 MiB', async () => {
    await failure(store.put(`${folder}/a`, breaking(20 * 1024 * 1024)));
    expect(await keysUnder(store, `${folder}/`)).to.deep.equal([]);
    expect(await store.removeUnfinished(after(new Date().toISOString() as Instant, 60_000))).to.equal(0);
  });

  it('keeps the stored object when new content fails', async () => {
    await store.put(`${folder}/a`, chunks('first'));
    await failure(store.put(`${folder}/a`, breaking()));
    expect(await textAt(`${folder}/a`)).to.equal('first');
  });

  it('stores nothing when the signal aborts', async () => {
    const stop = new AbortController();
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        yield await Promise.resolve(Buffer.alloc(64 * 1024));
        stop.abort();
      }
    };
    await failure(store.put(`${folder}/a`, endless(), { signal: stop.signal }));
    expect(await keysUnder(store, `${folder}/`)).to.deep.equal([]);
  });

  it('stores one of two contents that are put at once', async () => {
    const [a, b] = ['a'.repeat(300_000), 'b'.repeat(300_000)] as const;
    await Promise.all([store.put(`${folder}/same`, chunks(a)), store.put(`${folder}/same`, chunks(b))]);
    expect([a, b]).to.include(await textAt(`${folder}/same`));
  });

  it('deletes and puts in one folder at once', async () => {
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        await store.put(`${folder}/${index}`, chunks('x'));
        await store.delete(`${folder}/${index}`);
      }),
    );
    expect(await keysUnder(store, `${folder}/`)).to.deep.equal([]);
  });

  for (const key of [
    '../escape',
    '/etc/passwd',
    'a//b',
    'a/../b',
    '.',
    'Upper',
    'with space',
    'nul\0',
    '',
    'a'.repeat(201),
  ])
    it(`refuses ${JSON.stringify(key.slice(0, 20))} as a key`, async () => {
      expect((await failure(store.put(key, chunks('x')))).name).to.equal('UnsafeKey');
      expect((await failure(store.get(key))).name).to.equal('UnsafeKey');
    });

  it('serves a signed URL under the name and type that were signed', async () => {
    await store.put(`${folder}/a`, chunks('for everyone'));
    const { url, expiresAt } = await store.signedUrl(`${folder}/a`, {
      expiresInS: 60,
      mediaType: 'text/csv',
      downloadName: 'Ünïcode "list".csv\r\nX-Evil: 1',
    });
    const reply = await fetchUrl(url);
    expect(await reply.text()).to.equal('for everyone');
    expect(reply.headers.get('content-type')).to.match(/^text\/csv/u);
    expect(reply.headers.get('content-disposition')).to.match(/^attachment; filename="_n_code _list_.csvX-Evil_ 1"/u);
    expect(reply.headers.has('x-evil')).to.equal(false);
    expect(expiresAt > after(new Date().toISOString() as Instant, 30_000)).to.equal(true);
  });

  it('refuses a signed URL with another key', async () => {
    await store.put(`${folder}/a`, chunks('mine'));
    await store.put(`${folder}/b`, chunks('yours'));
    const { url } = await store.signedUrl(`${folder}/a`, { expiresInS: 60 });
    const reply = await fetchUrl(url.replace(`${folder}/a`, `${folder}/b`));
    expect(reply.status).to.equal(403);
    await reply.body?.cancel();
  });

  describe('a form for one upload', () => {
    const inAnHour = (): Instant => after(new Date().toISOString() as Instant, 3_600_000);

    /** The status of the answer to a form for `key` and five bytes, with some of its fields changed. */
    const send = async (
      content: string,
      change: Readonly<Record<string, string>> = {},
      expiresAt = inAnHour(),
    ): Promise<number> => {
      const { url, fields } = await store.uploadForm(`${folder}/form`, { mediaType: 'text/csv', size: 5, expiresAt });
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...fields, ...change })) form.set(name, value);
      form.set('file', new Blob([content]), 'list.csv');
      const reply = await postForm(url, form);
      await reply.body?.cancel();
      return reply.status;
    };

    it('stores what it sends, and again when it is sent again', async () => {
      expect(await send('12345')).to.equal(204);
      expect(await send('54321')).to.equal(204);
      expect(await textAt(`${folder}/form`)).to.equal('54321');
    });

    for (const [label, content, change] of [
      ['more bytes', '123456', {}],
      ['fewer bytes', '1234', {}],
      ['another type', '12345', { 'Content-Type': 'text/html' }],
      ['another key', '12345', { key: 'elsewhere/form' }],
    ] as const)
      it(`stores nothing of ${label} than it was made for`, async () => {
        expect(await send(content, change)).to.be.within(400, 403);
        expect(await keysUnder(store, `${folder}/`)).to.deep.equal([]);
        expect(await store.head('elsewhere/form')).to.equal(undefined);
      });

    it('is refused with a changed policy', async () => {
      const { fields } = await store.uploadForm(`${folder}/form`, {
        mediaType: 'text/csv',
        size: 9,
        expiresAt: inAnHour(),
      });
      const policy = 'Policy' in fields ? 'Policy' : 'policy';
      expect(await send('123456789', { [policy]: fields[policy] ?? '' })).to.equal(403);
    });

    it('is made for keys only', async () => {
      const options = { mediaType: 'text/csv', size: 5, expiresAt: inAnHour() };
      const error = await failure((async () => store.uploadForm('../escape', options))());
      expect(error.name).to.equal('UnsafeKey');
    });
  });
};
