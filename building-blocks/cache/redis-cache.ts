import { newId } from '@lego-moc/application/new-id';
import type { Json } from '@lego-moc/kernel/message';
import type { Logger } from '@lego-moc/logger/logger';
import type { Redis } from '@lego-moc/redis/connect';
import type { Cache } from './cache.ts';

/** After a failure Redis is not called for a while: a hanging Redis must not cost every reader a timeout. */
const REST_MS = 1_000;

/** An expired lease may belong to another caller by now. */
const END_OWN = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

/** `undefined` for a foreign value that is not JSON. */
const jsonIn = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/** Values shared by all processes, below `prefix`. While Redis is away it is a cache that is empty. */
export const redisCache = (redis: Redis, { prefix, logger }: { prefix: string; logger: Logger }): Cache => {
  let restsUntil = 0;

  const attempt = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
    if (performance.now() < restsUntil) return undefined;
    try {
      return await ask();
    } catch (error) {
      if (performance.now() >= restsUntil) logger.warn('Going on without the cache', { error });
      restsUntil = performance.now() + REST_MS;
      return undefined;
    }
  };

  return {
    get: async (key) => {
      const text = await attempt(() => redis.get(prefix + key));
      return text === undefined || text === null ? undefined : jsonIn(text);
    },
    set: async (key, value, ttlMs) => {
      await attempt(() => redis.set(prefix + key, JSON.stringify(value), 'PX', ttlMs));
    },
    delete: async (key) => (await attempt(() => redis.del(prefix + key))) !== undefined,
    lease: async (keys, ttlMs) => {
      const holder = newId();
      const leaseOf = (key: string): string => `${prefix}lease:${key}`;
      const leases = await Promise.all(
        keys.map((key) => attempt(async () => (await redis.set(leaseOf(key), holder, 'PX', ttlMs, 'NX')) === 'OK')),
      );
      const ownKeys = keys.filter((_, index) => leases[index] !== false);
      const end = async (): Promise<void> => {
        await Promise.all(ownKeys.map((key) => attempt(() => redis.eval(END_OWN, 1, leaseOf(key), holder))));
      };
      return { keys: ownKeys, end };
    },
  };
};
