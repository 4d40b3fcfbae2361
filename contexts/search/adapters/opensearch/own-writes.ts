import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { readAlias, type Place } from '@lego-moc/read-models/opensearch/generations';
import type { ReadModelStore } from '@lego-moc/read-models/read-model-store';
import type { OwnWrite } from '../../application/ports/own-writes.ts';
import { nameOf } from './indexes.ts';

/** Leaves time to answer from another index. */
const LOOK_EVERY_MS = 50;
const LOOKS_MAX = 5;
const LIMIT_MS = 400;
const SHOWN_MAX = 5_000;
const SHOWN_MS = 10_000;

const keyOf = ({ id, revision }: OwnWrite): string => `${id} ${revision}`;

/**
 * Shows recent writes to searches that follow: waits for them a moment, and refreshes the indexes once for each. Returns
 * whether they are all there.
 */
export const showWritesIn = (
  place: Place,
  store: ReadModelStore,
): ((writes: readonly OwnWrite[]) => Promise<boolean>) => {
  const visibleWrites = new LRUCache<string, true>({ max: SHOWN_MAX, ttl: SHOWN_MS });

  const isThere = async ({ type, id, revision }: OwnWrite): Promise<boolean> => {
    for (let looks = 1; ; looks += 1) {
      const indexedRevision = await store.revisionOf(nameOf(type), id);
      if (indexedRevision !== undefined && indexedRevision >= revision) return true;
      if (looks === LOOKS_MAX) return false;
      await sleep(LOOK_EVERY_MS);
    }
  };

  const show = async (hiddenWrites: readonly OwnWrite[]): Promise<boolean> => {
    if ((await Promise.all(hiddenWrites.map(isThere))).includes(false)) return false;
    const index = [...new Set(hiddenWrites.map(({ type }) => readAlias(place, nameOf(type))))];
    await place.client.indices.refresh({ index });
    for (const write of hiddenWrites) visibleWrites.set(keyOf(write), true);
    return true;
  };

  return async (writes) => {
    const hiddenWrites = writes.filter((write) => !visibleWrites.has(keyOf(write)));
    if (hiddenWrites.length === 0) return true;
    const limit = new AbortController();
    const tooLate = sleep(LIMIT_MS, false, { signal: limit.signal }).catch(() => false);
    try {
      return await Promise.race([show(hiddenWrites).catch(() => false), tooLate]);
    } finally {
      limit.abort();
    }
  };
};
