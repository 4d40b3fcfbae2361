import { isOutage } from '@lego-moc/event-store/outage';
import { RebuildRunning, type ReadModelStore } from '@lego-moc/read-models/read-model-store';
import type { RunningProjection } from '@lego-moc/read-models/run-projection';
import type { DegradedReason } from '../../application/ports/search-index.ts';

/** Fewer events than that are handled before anybody notices. */
const LAG_MAX = 100;

/** A write that was refused is repeated within 5 s: one that was not seen for so long is somebody else's by now. */
const REFUSED_WITHIN_MS = 15_000;
const REFUSED_MAX = 10_000;

/** The first generation is only the place where events gather until everything is indexed at once. */
export const FIRST_GENERATION = 1;

export type IndexHealth = {
  /** The store through which the index is written. */
  readonly store: ReadModelStore;
  /** Why the index must not be searched now; `undefined` when it holds everything. */
  readonly reason: () => DegradedReason | undefined;
  /** Looks at the index once: builds it when it is not built, and looks how far it is when it was not complete. */
  readonly check: () => Promise<void>;
};

/** Notes which rows the store has refused since it is away or read-only, until they are written. */
const watchWrites = (store: ReadModelStore, now: () => number) => {
  const refusals = new Map<string, number>();
  const watchedStore: ReadModelStore = {
    ...store,
    save: async (model, generation, changes) => {
      const keys = changes.map(({ next }) => `${model.name} ${next.id}`);
      try {
        const staleKeys = await store.save(model, generation, changes);
        for (const key of keys) refusals.delete(key);
        return staleKeys;
      } catch (error) {
        const refusedKeys = isOutage(error) ? keys.slice(0, REFUSED_MAX - refusals.size) : [];
        for (const key of refusedKeys) refusals.set(key, now());
        throw error;
      }
    },
  };
  const hasRefused = (): boolean => {
    for (const [key, at] of refusals) if (now() - at > REFUSED_WITHIN_MS) refusals.delete(key);
    return refusals.size > 0;
  };
  return { watchedStore, hasRefused };
};

/** Knows whether an index holds everything: it was built, its projections have caught up, and no write is refused. */
export const indexHealth = (
  store: ReadModelStore,
  projections: () => readonly RunningProjection[],
  now: () => number = () => performance.now(),
): IndexHealth => {
  const { watchedStore, hasRefused } = watchWrites(store, now);
  let state: DegradedReason | undefined = 'index-unavailable';

  const ensureBuilt = async (projection: RunningProjection): Promise<void> => {
    const current = await store.current(projection.name);
    if (current !== undefined && current.generation > FIRST_GENERATION) return;
    state = 'index-building';
    await projection.rebuild();
  };

  const hasCaughtUp = async (projection: RunningProjection): Promise<boolean> => {
    const { lag } = await projection.status();
    return lag !== null && lag <= LAG_MAX;
  };

  const look = async (): Promise<DegradedReason | undefined> => {
    const running = projections();
    if (running.length === 0) return 'index-building';
    for (const projection of running) await ensureBuilt(projection);
    if (state === undefined) return undefined;
    for (const projection of running) if (!(await hasCaughtUp(projection))) return 'index-behind';
    return undefined;
  };

  return {
    store: watchedStore,
    reason: () => state ?? (hasRefused() ? 'index-behind' : undefined),
    check: async () => {
      try {
        state = await look();
      } catch (error) {
        if (error instanceof RebuildRunning) state = 'index-building';
        else if (state !== undefined) state = 'index-unavailable';
        if (!isOutage(error)) throw error;
      }
    },
  };
};
