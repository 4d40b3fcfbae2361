import type { RowRevision } from './definition.ts';
import type { ReadModel, ReadModelStore, StoredRow } from './read-model-store.ts';

const ROWS_MAX = 500;

/**
 * Loads rows as they are before events. The rows written last are cached, and used when the very next event of their
 * stream comes, as it mostly does. They may be out of date without harm: another instance's newer row is never
 * overwritten.
 */
export const createRowCache = (store: Pick<ReadModelStore, 'load'>, model: ReadModel) => {
  const recent = new Map<string, StoredRow>();

  const before = ({ id, revision }: RowRevision): StoredRow | undefined => {
    const cachedRow = recent.get(id);
    return cachedRow?.revision === revision - 1n ? cachedRow : undefined;
  };

  return {
    /** The existing rows by id. With `isFirstAttempt`, the cache is used and a stream's first event expects no row. */
    load: async (
      generation: number,
      rows: readonly RowRevision[],
      isFirstAttempt: boolean,
    ): Promise<ReadonlyMap<string, StoredRow>> => {
      const cachedRows = isFirstAttempt ? rows.flatMap((at) => before(at) ?? []) : [];
      const byId = new Map(cachedRows.map((row) => [row.id, row]));
      const missingRows = rows.filter(({ id, revision }) => !byId.has(id) && !(isFirstAttempt && revision === 0n));
      if (missingRows.length === 0) return byId;
      const ids = missingRows.map(({ id }) => id);
      for (const row of await store.load(model, generation, ids)) byId.set(row.id, row);
      return byId;
    },
    put: (row: StoredRow): void => {
      recent.delete(row.id);
      recent.set(row.id, row);
      if (recent.size > ROWS_MAX) recent.delete(recent.keys().next().value ?? row.id);
    },
    clear: (): void => recent.clear(),
  };
};
