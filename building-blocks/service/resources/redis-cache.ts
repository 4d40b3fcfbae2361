import { z } from 'zod';
import type { Cache } from '@lego-moc/cache/cache';
import { inProcessCache } from '@lego-moc/cache/in-process-cache';
import { redisCache } from '@lego-moc/cache/redis-cache';
import { connectRedis, type Redis } from '@lego-moc/redis/connect';
import type { Resource } from '../resource.ts';

/** Redis, when `REDIS_URL` names one. */
export const redis: Resource<Redis | undefined> = {
  name: 'redis',
  open: ({ logger, read }) => {
    const { REDIS_URL: url } = read({ REDIS_URL: z.url().optional() });
    return url === undefined ? undefined : connectRedis(url, logger);
  },
  close: (connection) => connection?.disconnect(),
};

/** Shared with the other instances when there is a Redis, otherwise of this process alone. */
export const cache: Resource<Cache> = {
  name: 'cache',
  open: ({ name, logger, use }) => {
    const client = use(redis);
    return client === undefined ? inProcessCache() : redisCache(client, { prefix: `${name}:`, logger });
  },
};
