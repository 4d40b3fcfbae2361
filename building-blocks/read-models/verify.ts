import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import type { Definition } from './definition.ts';
import type { FillCounts } from './fill.ts';
import { ShapeMoved } from './follow.ts';
import { createReader } from './rebuild.ts';
import type { ReadModelStore, StoredRow } from './read-model-store.ts';
import { shapeOf } from './shape.ts';

/** A row that differs from its stream. Its values are left out, since they may be private. */
export type Difference = {
  readonly id: string;
  /** Revision of the row that readers see; `null` when there is none. */
  readonly revision: string | null;
  /** Revision that the stream leads to; `null` when it leads to no row. */
  readonly expectedRevision: string | null;
  /** Names of the differences where both exist: columns, `gone`, `updated_at`. */
  readonly columns: readonly string[];
};

/** The progress of a verification, and its result at the end. */
export type Verification = FillCounts & {
  readonly phase: 'filling' | 'comparing' | 'done';
  readonly elapsedMs: number;
  /** Rows that differ. */
  readonly differing: number;
  /** The first of them, at most 20. */
  readonly differences: readonly Difference[];
};

const DIFFERENCES_MAX = 20;
/** Recent events may not have been followed yet: rows that differ are compared again for this long. */
const SETTLE_MS = 10_000;
const LOOK_AGAIN_MS = 250;
const CHUNK_ROWS = 500;

const differingColumns = (isFold: boolean, storedRow: StoredRow, expected: StoredRow): readonly string[] => {
  const [storedValues, expectedValues] = [storedRow.row ?? {}, expected.row ?? {}];
  const columns = Object.keys({ ...storedValues, ...expectedValues }).filter(
    (column) => !isDeepStrictEqual(storedValues[column], expectedValues[column]),
  );
  if ((storedRow.row === undefined) !== (expected.row === undefined)) columns.push('gone');
  // Of an integration event that is on its stream twice, either copy may have been the first.
  if (isFold && storedRow.updatedAt !== expected.updatedAt) columns.push('updated_at');
  return columns;
};

const differenceOf = (
  isFold: boolean,
  id: string,
  storedRow: StoredRow | undefined,
  expected: StoredRow | undefined,
): Difference | undefined => {
  if (storedRow === undefined || expected === undefined)
    return {
      id,
      revision: storedRow === undefined ? null : String(storedRow.revision),
      expectedRevision: expected === undefined ? null : String(expected.revision),
      columns: [],
    };
  const columns = differingColumns(isFold, storedRow, expected);
  const [revision, expectedRevision] = [String(storedRow.revision), String(expected.revision)];
  return columns.length === 0 && revision === expectedRevision
    ? undefined
    : { id, revision, expectedRevision, columns };
};

const chunksOf = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / CHUNK_ROWS) }, (_, chunk) =>
    ids.slice(chunk * CHUNK_ROWS, (chunk + 1) * CHUNK_ROWS),
  );

/**
 * Folds all streams into a hidden generation and compares it with what readers see, row by row. Readers and writers do
 * not wait for it. Throws `RebuildRunning`, `ShapeMoved`, `EventStoreUnavailable`.
 */
export const verifyReadModel = (
  client: EventStoreClient,
  store: ReadModelStore,
  definition: Definition,
  onProgress: (progress: Verification) => void = () => undefined,
  settleMs = SETTLE_MS,
): Promise<Verification> => {
  const beganAt = performance.now();
  return store.build(definition, async (build) => {
    const report = (phase: Verification['phase'], differences: readonly Difference[] = []): Verification => {
      const [differing, first] = [differences.length, differences.slice(0, DIFFERENCES_MAX)];
      const elapsedMs = Math.round(performance.now() - beganAt);
      const progress = { phase, ...reader.counts(), elapsedMs, differing, differences: first };
      onProgress(progress);
      return progress;
    };
    const { generation, shape } = await store.prepare(definition);
    if (shape !== shapeOf(definition)) throw new ShapeMoved(definition.name);
    const reader = createReader(client, definition, () => void report('filling'));

    const compare = async (ids: readonly string[]): Promise<readonly Difference[]> => {
      const [storedRows, expected] = (
        await Promise.all([store.load(definition, generation, ids), build.load(ids)])
      ).map((rows) => new Map(rows.map((row) => [row.id, row])));
      return ids.flatMap((id) => differenceOf(definition.isFold, id, storedRows?.get(id), expected?.get(id)) ?? []);
    };
    const compareAll = async (): Promise<readonly Difference[]> => {
      const differences = new Map<string, Difference>();
      for (const candidate of [build.generation, generation])
        for await (const page of store.scan(definition, candidate))
          for (const difference of await compare(page.map(({ id }) => id))) differences.set(difference.id, difference);
      return [...differences.values()];
    };

    await reader.readOn(build);
    report('comparing');
    let differences = await compareAll();
    for (const until = performance.now() + settleMs; differences.length > 0 && performance.now() < until;) {
      await sleep(LOOK_AGAIN_MS);
      await reader.readOn(build);
      const chunks = chunksOf(differences.map(({ id }) => id));
      differences = (await Promise.all(chunks.map(compare))).flat();
    }
    return report('done', differences);
  });
};
