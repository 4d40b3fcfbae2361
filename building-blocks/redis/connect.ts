import { Redis } from 'ioredis';
import type { Logger } from '@lego-moc/logger/logger';

export type { Redis } from 'ioredis';

/** The longest that a request waits for Redis. */
const COMMAND_TIMEOUT_MS = 100;
/** A Redis without an answer for this long counts as gone: until it is back, no request waits for it. */
const SOCKET_TIMEOUT_MS = 500;
const RECONNECT_MAX_MS = 2_000;

/**
 * A connection that fails at once while Redis is away and reconnects by itself: limits must not slow a request down.
 */
export const connectRedis = (url: string, logger: Logger): Redis => {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    connectTimeout: 2_000,
    retryStrategy: (attempts) => Math.min(attempts * 100, RECONNECT_MAX_MS),
  });
  let away = false;
  redis.on('error', (error) => {
    if (!away) logger.warn('Redis is not reachable', { error });
    away = true;
  });
  redis.on('ready', () => {
    if (away) logger.info('Redis is back');
    away = false;
  });
  return redis;
};
