import {
  GenerationReplaced,
  RebuildRunning,
  type Change,
  type Generation,
  type HiddenRows,
  type ReadModel,
  type ReadModelStore,
  type StoredRow,
} from '../read-model-store.ts';
import { shapeOf } from '../shape.ts';

type Rows = Map<string, StoredRow>;

type Entry = {
  current: Generation;
  readonly generations: Map<number, Rows>;
  isBuilding: boolean;
  /** Settles when no generation is being published; live writers wait for it. */
  publication: Promise<unknown>;
};

const PAGE_ROWS = 500;

const putUnlessNewer = (rows: Rows, changes: readonly Change[]): void => {
  for (const { next } of changes) {
    const storedRow = rows.get(next.id);
    if (storedRow === undefined || storedRow.revision < next.revision) rows.set(next.id, structuredClone(next));
  }
};

const pick = (rows: Rows, ids: readonly string[]): readonly StoredRow[] =>
  ids.flatMap((id) => {
    const storedRow = rows.get(id);
    return storedRow === undefined ? [] : [structuredClone(storedRow)];
  });

/** Read models in memory, for tests. */
export const inMemoryReadModels = (): ReadModelStore => {
  const entries = new Map<string, Entry>();

  const generationOf = (model: ReadModel, generation: number): Generation => ({
    generation,
    shape: shapeOf(model),
    builtAt: new Date().toISOString(),
  });

  const prepare = (model: ReadModel): Entry => {
    const entry = entries.get(model.name) ?? {
      current: generationOf(model, 1),
      generations: new Map([[1, new Map<string, StoredRow>()]]),
      isBuilding: false,
      publication: Promise.resolve(),
    };
    entries.set(model.name, entry);
    return entry;
  };

  const rowsOf = (model: ReadModel, generation: number): Rows => {
    const rows = entries.get(model.name)?.generations.get(generation);
    if (rows === undefined) throw new GenerationReplaced(model.name);
    return rows;
  };

  const currentRows = (name: string): Rows => {
    const entry = entries.get(name);
    return entry?.generations.get(entry.current.generation) ?? new Map<string, StoredRow>();
  };

  return {
    prepare: async (model) => prepare(model).current,
    current: async (name) => entries.get(name)?.current,
    load: async (model, generation, ids) => pick(rowsOf(model, generation), ids),
    save: async (model, generation, changes) => {
      const entry = prepare(model);
      await entry.publication;
      if (entry.current.generation !== generation) throw new GenerationReplaced(model.name);
      putUnlessNewer(rowsOf(model, generation), changes);
      return new Set();
    },
    scan: async function* (model, generation) {
      const all = [...rowsOf(model, generation).values()];
      for (let start = 0; start < all.length; start += PAGE_ROWS)
        yield structuredClone(all.slice(start, start + PAGE_ROWS));
    },
    revisionOf: async (name, id) => currentRows(name).get(id)?.revision,
    count: async (name) => [...currentRows(name).values()].filter(({ row }) => row !== undefined).length,
    build: async (model, work) => {
      const entry = prepare(model);
      if (entry.isBuilding) throw new RebuildRunning(model.name);
      entry.isBuilding = true;
      const former = entry.current.generation;
      const generation = former + 1;
      const rows: Rows = new Map();
      entry.generations.set(generation, rows);
      const hiddenRows: HiddenRows = {
        load: async (ids) => pick(rows, ids),
        insert: async (changes) => putUnlessNewer(rows, changes),
      };
      try {
        return await work({
          generation,
          ...hiddenRows,
          index: () => Promise.resolve(),
          publish: async (finish) => {
            const { promise, resolve } = Promise.withResolvers<undefined>();
            entry.publication = promise;
            try {
              await finish(hiddenRows);
              entry.current = generationOf(model, generation);
            } finally {
              resolve(undefined);
            }
          },
        });
      } finally {
        entry.generations.delete(entry.current.generation === generation ? former : generation);
        entry.isBuilding = false;
      }
    },
  };
};
