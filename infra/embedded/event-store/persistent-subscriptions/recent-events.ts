import type { EventLog, StoredEvent } from '../storage/event-log.ts';

/** The log as groups read it, with a cache of recently read events. */
export interface RecentEvents {
  readStream(stream: string, from: bigint, max: number): readonly StoredEvent[];
  /** The next records of the whole log, as many as one read is worth. */
  readAll(from: bigint): readonly StoredEvent[];
  /** The record at exactly this position, undefined if there is none. */
  at(position: bigint): StoredEvent | undefined;
}

/**
 * Shared by all groups of a node, so it bounds the memory of all their buffers. A group that has caught up delivers
 * events as soon as they are read: a larger cache would only cost the garbage collector time at every pass.
 */
const CACHE_BYTES_MAX = 4 * 1024 * 1024;
/** A record in memory weighs this much more than its data. */
const RECORD_BYTES = 500;
/** How many events a group looks at in one go, so that a rare match does not hold up everybody else. */
const WINDOW = 256;
const PAGE_BYTES_MAX = 2 * 1024 * 1024;

const weightOf = ({ data, metadata }: StoredEvent): number => RECORD_BYTES + data.length + metadata.length;

/** With bytes of its own: left in the pool they were read into, they would keep 64 KiB of it each. */
const withOwnBytes = (event: StoredEvent): StoredEvent => {
  const { length } = event.data;
  const bytes = Buffer.allocUnsafeSlow(length + event.metadata.length);
  bytes.set(event.data);
  bytes.set(event.metadata, length);
  return { ...event, data: bytes.subarray(0, length), metadata: bytes.subarray(length) };
};

/** Index of the first event at or after `from`. */
const firstAt = (events: readonly StoredEvent[], from: bigint): number => {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.position ?? from) < from) low = middle + 1;
    else high = middle;
  }
  return low;
};

export const recentEvents = (log: EventLog): RecentEvents => {
  const cache = new Map<bigint, StoredEvent>();
  let cacheBytes = 0;
  // Groups on $all that have caught up all ask for the same page when something is committed.
  let latest: { readonly from: bigint; readonly events: readonly StoredEvent[] } = { from: 0n, events: [] };

  const addToCache = (event: StoredEvent): StoredEvent => {
    cache.set(event.position, event);
    cacheBytes += weightOf(event);
    return event;
  };
  const cacheAll = (storedEvents: readonly StoredEvent[]): readonly StoredEvent[] => {
    const events = storedEvents.map((event) => cache.get(event.position) ?? addToCache(withOwnBytes(event)));
    for (const [position, event] of cache) {
      if (cacheBytes <= CACHE_BYTES_MAX) break;
      cache.delete(position);
      cacheBytes -= weightOf(event);
    }
    return events;
  };

  return {
    readStream: (stream, from, max) => cacheAll(log.readStream(stream, from, 'forwards', max, PAGE_BYTES_MAX)),
    readAll: (from) => {
      const laterEvents = from < latest.from ? [] : latest.events.slice(firstAt(latest.events, from));
      if (laterEvents.length > 0) return laterEvents;
      latest = { from, events: cacheAll(log.readAll(from, 'forwards', WINDOW, PAGE_BYTES_MAX)) };
      return latest.events;
    },
    at: (position) => {
      const cachedEvent = cache.get(position);
      if (cachedEvent !== undefined) return cachedEvent;
      const [event] = log.readAll(position, 'forwards', 1);
      return event?.position === position ? event : undefined;
    },
  };
};
