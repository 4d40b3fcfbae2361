import { expect } from 'chai';
import { silentLogger } from '@lego-moc/logger/logger';
import { connectRedis, type Redis } from '@lego-moc/redis/connect';
import { skipWithout } from '@lego-moc/testing/real-component';
import { redisForTests, redisThere, type RedisForTests } from '@lego-moc/redis/testing/redis-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import type { Cache } from './cache.ts';
import { cacheContract } from './cache.contract.ts';
import { redisCache } from './redis-cache.ts';

const PREFIX = 'cache-spec:';

const connectedTo = async (url: string): Promise<Redis> => {
  const redis = connectRedis(url, silentLogger);
  closeAfterAllTests(() => {
    redis.disconnect();
    return Promise.resolve();
  });
  if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve));
  return redis;
};

const openAt = async (url: string): Promise<Cache> =>
  redisCache(await connectedTo(url), { prefix: PREFIX, logger: silentLogger });

const givenUrl = process.env['REDIS_URL'];

if (givenUrl === undefined && !redisThere()) {
  describe('keeping values in Redis', () => {
    it('SKIPPED: neither REDIS_URL nor redis-server is available');
  });
} else {
  let server: RedisForTests | undefined;

  cacheContract('Redis', async () => {
    server = givenUrl === undefined ? await redisForTests() : undefined;
    closeAfterAllTests(() => {
      server?.stop();
      return Promise.resolve();
    });
    return openAt(givenUrl ?? server?.url ?? '');
  });

  describe('reading a foreign value from Redis', () => {
    it('returns undefined for a value that is not JSON', async function () {
      if (!redisThere()) skipWithout(this, 'Redis', 'install redis-server');
      const sharedRedis = await redisForTests();
      closeAfterAllTests(() => {
        sharedRedis.stop();
        return Promise.resolve();
      });
      const cache = await openAt(sharedRedis.url);
      await (await connectedTo(sharedRedis.url)).set(`${PREFIX}a`, '{"cut off');
      expect(await cache.get('a')).to.equal(undefined);
      await cache.set('a', 1, 60_000);
      expect(await cache.get('a')).to.equal(1);
    });
  });

  describe('keeping values in a Redis that goes away', () => {
    it('is empty, stores nothing, and never throws', async function () {
      if (!redisThere()) skipWithout(this, 'Redis', 'install redis-server');
      const dying = await redisForTests();
      const cache = await openAt(dying.url);
      await cache.set('a', 1, 60_000);
      dying.stop();
      expect(await cache.get('a')).to.equal(undefined);
      await cache.set('a', 2, 60_000);
      expect(await cache.delete('a')).to.equal(false);
      expect(await cache.get('a')).to.equal(undefined);
      for (const lease of [await cache.lease(['a'], 60_000), await cache.lease(['a'], 60_000)]) {
        expect(lease.keys).to.deep.equal(['a']);
        await lease.end();
      }
    });

    it('waits for a hanging Redis once, not for every call', async function () {
      if (!redisThere()) skipWithout(this, 'Redis', 'install redis-server');
      const hanging = await redisForTests();
      closeAfterAllTests(() => {
        hanging.stop();
        return Promise.resolve();
      });
      const warnings: string[] = [];
      const cache = redisCache(await connectedTo(hanging.url), {
        prefix: PREFIX,
        logger: {
          ...silentLogger,
          warn: (message) => {
            warnings.push(message);
          },
        },
      });
      hanging.freeze();
      for (let times = 0; times < 5; times += 1) expect(await cache.get('a')).to.equal(undefined);
      hanging.thaw();
      expect(warnings).to.have.length(1);
    });
  });
}
