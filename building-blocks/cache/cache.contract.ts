import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { Cache } from './cache.ts';

const MINUTE_MS = 60_000;

/** The contract of every cache. */
export const cacheContract = (name: string, open: () => Promise<Cache>): void => {
  describe(`keeping values in ${name}`, () => {
    let cache: Cache;
    let key: string;
    before(async () => {
      cache = await open();
    });
    beforeEach(() => {
      key = newId();
    });

    it('returns undefined for a key that was never set', async () => {
      expect(await cache.get(key)).to.equal(undefined);
    });

    it('returns the stored JSON value', async () => {
      const value = { title: 'Crane “Ø”', tags: ['a'], count: 2, none: null };
      await cache.set(key, value, MINUTE_MS);
      expect(await cache.get(key)).to.deep.equal(value);
    });

    it('returns a copy to every reader', async () => {
      await cache.set(key, { tags: ['a'] }, MINUTE_MS);
      const first = (await cache.get(key)) as { tags: string[] };
      first.tags.push('b');
      expect(await cache.get(key)).to.deep.equal({ tags: ['a'] });
    });

    it('keeps the newest value', async () => {
      await cache.set(key, 1, MINUTE_MS);
      await cache.set(key, 2, MINUTE_MS);
      expect(await cache.get(key)).to.equal(2);
    });

    it('removes a deleted key, and accepts deleting a missing one', async () => {
      await cache.set(key, 1, MINUTE_MS);
      expect([await cache.delete(key), await cache.delete(key)]).to.deep.equal([true, true]);
      expect(await cache.get(key)).to.equal(undefined);
    });

    it('leases a key to one caller at a time', async () => {
      const first = await cache.lease([key, `${key}-2`], MINUTE_MS);
      const second = await cache.lease([key, `${key}-3`], MINUTE_MS);
      expect([first.keys, second.keys]).to.deep.equal([[key, `${key}-2`], [`${key}-3`]]);
      await second.end();
      expect((await cache.lease([key], MINUTE_MS)).keys).to.deep.equal([]);
      await first.end();
      expect((await cache.lease([key], MINUTE_MS)).keys).to.deep.equal([key]);
    });

    it('ends an expired lease, and lets no caller end another’s', async () => {
      const dead = await cache.lease([key], 20);
      await sleep(60);
      const next = await cache.lease([key], MINUTE_MS);
      expect(next.keys).to.deep.equal([key]);
      await dead.end();
      expect((await cache.lease([key], MINUTE_MS)).keys).to.deep.equal([]);
    });

    it('drops a value after its time to live', async () => {
      await cache.set(key, 1, 20);
      await sleep(60);
      expect(await cache.get(key)).to.equal(undefined);
    });
  });
};
