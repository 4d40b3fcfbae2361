import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { errors, type JWK } from 'jose';
import { newKeyPair } from './keys.ts';
import { KeysUnavailable, keysFromFile, keysFromUrl, type PublicKeys } from './public-keys.ts';
import { ensureServiceKeys } from './service-keys.ts';

const emptyToken = { payload: '', signature: '', protected: '' };
const find = async (keys: PublicKeys, kid: string): Promise<string> => {
  try {
    await keys({ alg: 'EdDSA', kid }, emptyToken);
    return 'found';
  } catch (error) {
    if (error instanceof KeysUnavailable) return 'unavailable';
    if (error instanceof errors.JWKSNoMatchingKey) return 'unknown';
    throw error;
  }
};

describe('looking up published keys', () => {
  let publishedKeys: JWK[];
  let fetches: number;
  let up: boolean;
  let url: string;
  const publisher = createServer((request, response) => {
    fetches += 1;
    if (request.url === '/moved') {
      response.writeHead(302, { location: '/jwks.json' }).end();
      return;
    }
    response.writeHead(up ? 200 : 500).end(JSON.stringify({ keys: publishedKeys }));
  });
  before(async () => {
    await new Promise<void>((resolve) => {
      publisher.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(publisher.address() as AddressInfo).port}/jwks.json`;
  });
  after(() => publisher.close());
  beforeEach(async () => {
    publishedKeys = [(await newKeyPair('one')).publicJwk];
    fetches = 0;
    up = true;
  });

  it('fetches a known key once', async () => {
    const keys = keysFromUrl(url);
    expect(await Promise.all([find(keys, 'one'), find(keys, 'one')])).to.deep.equal(['found', 'found']);
    await find(keys, 'one');

    expect(fetches).to.equal(1);
  });

  it('finds a key that was added later', async () => {
    const keys = keysFromUrl(url, { cooldownMs: 0 });
    await find(keys, 'one');
    publishedKeys.push((await newKeyPair('two')).publicJwk);

    expect(await find(keys, 'two')).to.equal('found');
  });

  it('finds a new key for all concurrent callers', async () => {
    const keys = keysFromUrl(url, { cooldownMs: 20 });
    await find(keys, 'one');
    publishedKeys.push((await newKeyPair('two')).publicJwk);
    await pause(30);

    expect(await Promise.all(Array.from({ length: 5 }, () => find(keys, 'two')))).to.deep.equal(
      Array.from({ length: 5 }, () => 'found'),
    );
    expect(fetches).to.equal(2);
  });

  it('does not fetch again for every unknown key', async () => {
    const keys = keysFromUrl(url, { cooldownMs: 60_000 });
    await find(keys, 'one');
    for (const kid of ['a', '../../etc/passwd', "x' OR 1=1"]) expect(await find(keys, kid)).to.equal('unknown');

    expect(fetches).to.equal(1);
  });

  it('keeps using known keys while the publisher is down', async () => {
    const keys = keysFromUrl(url, { cooldownMs: 0, refreshMs: 0 });
    await find(keys, 'one');
    up = false;

    expect(await find(keys, 'one')).to.equal('found');
    expect(await find(keys, 'two')).to.equal('unknown');
  });

  it('fetches from the configured URL only, and follows no redirect', async () => {
    const movedUrl = url.replace('/jwks.json', '/moved');

    expect(await find(keysFromUrl(movedUrl), 'one')).to.equal('unavailable');
    expect(fetches).to.equal(1);
  });

  it('reports an outage, not an unknown key, while no keys were ever fetched', async () => {
    up = false;
    const keys = keysFromUrl(url, { cooldownMs: 0 });
    expect(await find(keys, 'one')).to.equal('unavailable');
    up = true;

    expect(await find(keys, 'one')).to.equal('found');
  });
});

describe('creating the keys of services', () => {
  it('makes one for each, keeps it, and adds those of new services', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'service-keys-'));
    try {
      await ensureServiceKeys(folder, ['search']);
      const keys = keysFromFile(join(folder, 'services.jwks.json'), { cooldownMs: 0 });
      expect(await find(keys, 'search')).to.equal('found');

      await ensureServiceKeys(folder, ['search', 'wishlist']);
      expect(await find(keys, 'wishlist')).to.equal('found');
      await writeFile(join(folder, 'services.jwks.json'), 'not json');
      expect(await find(keys, 'search')).to.equal('found');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
