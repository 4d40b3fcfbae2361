import { isOutage } from '@lego-moc/event-store/outage';
import { RebuildRunning, type ReadModel, type ReadModelStore } from '@lego-moc/read-models/read-model-store';
import type { RunningProjection } from '@lego-moc/read-models/run-projection';
import type { DegradedReason } from '../../application/ports/search-index.ts';

/** Fewer events than that are handled before anybody notices. */
const LAG_MAX = 100;

/** A row that was refused is repeated within 5 s: one that was not seen for so long is somebody else's by now. */
const REFUSED_WITHIN_MS = 15_000;
const REFUSED_MAX = 10_000;

/** What is recorded is found by then; and what is written, after a refresh on a busy node. */
const FOUND_WITHIN_MS = 1_500;

/** The first generation is only the place where events gather until everything is indexed at once. */
export const FIRST_GENERATION = 1;

const keyOf = ({ name }: Pick<ReadModel, 'name'>, id: string): string => `${name} ${id}`;

export type IndexHealth = {
  /** The store through which the index is written. */
  readonly store: ReadModelStore;
  /** Why the index must not be searched now; `undefined` when it holds everything. */
  readonly reason: () => DegradedReason | undefined;
  /** Looks at the index once: builds it when it is not built, and looks how far it is when it was not complete. */
  readonly check: () => Promise<void>;
};

/**
 * Watches the rows that are loaded and written. Some cannot be found from when the store has refused to do either, since
 * it is away, overloaded, red or read-only, or takes too long for it, until they are written and refreshed.
 */
const watchRows = (store: ReadModelStore, now: () => number) => {
  const refusals = new Map<string, number>();
  const attempts = new Set<{ readonly startedAt: number }>();
  let refreshedAt = -Infinity;
  const awaitRefresh = (): void => {
    refreshedAt = now() + FOUND_WITHIN_MS;
  };
  const isLate = ({ startedAt }: { readonly startedAt: number }): boolean => now() - startedAt > FOUND_WITHIN_MS;

  const watch = async <T>(model: ReadModel, ids: readonly string[], work: () => Promise<T>): Promise<T> => {
    const attempt = { startedAt: now() };
    attempts.add(attempt);
    try {
      const result = await work();
      if (isLate(attempt)) awaitRefresh();
      return result;
    } catch (error) {
      const refusedIds = isOutage(error) ? ids.slice(0, REFUSED_MAX - refusals.size) : [];
      for (const id of refusedIds) refusals.set(keyOf(model, id), now());
      throw error;
    } finally {
      attempts.delete(attempt);
    }
  };

  const watchedStore: ReadModelStore = {
    ...store,
    load: (model, generation, ids) => watch(model, ids, () => store.load(model, generation, ids)),
    save: async (model, generation, changes) => {
      const ids = changes.map(({ next }) => next.id);
      const outdatedIds = await watch(model, ids, () => store.save(model, generation, changes));
      for (const id of ids) if (refusals.delete(keyOf(model, id))) awaitRefresh();
      return outdatedIds;
    },
  };

  const areRowsMissing = (): boolean => {
    for (const [key, at] of refusals) if (now() - at > REFUSED_WITHIN_MS) refusals.delete(key);
    return refusals.size > 0 || now() < refreshedAt || [...attempts].some(isLate);
  };
  return { watchedStore, areRowsMissing };
};

/** Knows whether an index holds everything: it was built, its projections have caught up, and no row is refused or late. */
export const indexHealth = (
  store: ReadModelStore,
  projections: () => readonly RunningProjection[],
  now: () => number = () => performance.now(),
): IndexHealth => {
  const { watchedStore, areRowsMissing } = watchRows(store, now);
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
    reason: () => state ?? (areRowsMissing() ? 'index-behind' : undefined),
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
