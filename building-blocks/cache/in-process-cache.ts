import { LRUCache } from 'lru-cache';
import type { Json } from '@lego-moc/kernel/message';
import type { Cache } from './cache.ts';

/** Some ten megabytes of small values. */
const ENTRIES_MAX = 10_000;

/** A cache of this process alone: evicts the least recently used key beyond `entriesMax`. */
export const inProcessCache = (entriesMax = ENTRIES_MAX): Cache => {
  const entries = new LRUCache<string, string>({ max: entriesMax });
  const leases = new LRUCache<string, symbol>({ max: entriesMax });
  return {
    get: (key) => {
      const text = entries.get(key);
      return Promise.resolve(text === undefined ? undefined : (JSON.parse(text) as Json));
    },
    set: (key, value, ttlMs) => {
      entries.set(key, JSON.stringify(value), { ttl: ttlMs });
      return Promise.resolve();
    },
    delete: (key) => {
      entries.delete(key);
      return Promise.resolve(true);
    },
    lease: (keys, ttlMs) => {
      const holder = Symbol('holder');
      const freeKeys = keys.filter((key) => !leases.has(key));
      for (const key of freeKeys) leases.set(key, holder, { ttl: ttlMs });
      const end = (): Promise<void> => {
        for (const key of freeKeys) if (leases.get(key) === holder) leases.delete(key);
        return Promise.resolve();
      };
      return Promise.resolve({ keys: freeKeys, end });
    },
  };
};
