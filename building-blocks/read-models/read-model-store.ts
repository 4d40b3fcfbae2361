import type { Instant } from '@lego-moc/kernel/message';
import type { ColumnType } from './projection.ts';

/** A row as the runner handles it: it knows columns, not their meaning. */
export type Row = Readonly<Record<string, unknown>>;

/** The part of a projection that a store needs to hold its rows. */
export type ReadModel = {
  /** In kebab-case; never changes. */
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** In the language of the store: SQL with `$table` in the place of the table's name, or designs of an index. */
  readonly indexes: readonly string[];
};

/**
 * A row in its stored form. Without `row` its subject is gone; the tombstone keeps the revision, so that no late event
 * revives it.
 */
export type StoredRow = {
  readonly id: string;
  /** Revision of the newest event in the row. */
  readonly revision: bigint;
  /** When that event was recorded. */
  readonly updatedAt: Instant;
  readonly row: Row | undefined;
};

/** A row, and the one that it was computed from. */
export type Change = { readonly previous: StoredRow | undefined; readonly next: StoredRow };

/** The rows of a read model are replaced as a whole by a rebuild; each set of them is a generation, counted from 1. */
export type Generation = { readonly generation: number; readonly shape: string; readonly builtAt: string };

/** Readers no longer see this generation: a rebuild was published meanwhile. */
export class GenerationReplaced extends Error {
  constructor(name: string) {
    super(`${name} was rebuilt meanwhile`);
    this.name = 'GenerationReplaced';
  }
}

/** Another process is rebuilding or verifying this read model. A later attempt will succeed. */
export class RebuildRunning extends Error {
  readonly outage = true;

  constructor(name: string) {
    super(`${name} is being rebuilt or verified already`);
    this.name = 'RebuildRunning';
  }
}

/** There is no former generation to go back to, or it does not fit this release. */
export class NoFormerGeneration extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NoFormerGeneration';
  }
}

/** Operations on the rows of a generation that no reader sees yet. */
export type HiddenRows = {
  /** As `ReadModelStore.load`. */
  readonly load: (ids: readonly string[]) => Promise<readonly StoredRow[]>;
  /** Writes rows whose ids differ, each unless a newer one is there. */
  readonly insert: (changes: readonly Change[]) => Promise<void>;
};

/** A new generation of a read model, beside the one that readers see. */
export type Build = HiddenRows & {
  readonly generation: number;
  /** Creates indexes: cheaper once the rows are there. */
  readonly index: () => Promise<void>;
  /**
   * Shows this generation to readers in place of the former one. `finish` adds the missing rows, while live writers
   * wait.
   */
  readonly publish: (finish: (rows: HiddenRows) => Promise<void>) => Promise<void>;
};

/** The store of read models. `read-model-store.contract.ts` states the contract of every adapter. */
export interface ReadModelStore {
  /** Creates the first, empty generation if there is none. Returns the generation that readers see. */
  prepare(model: ReadModel): Promise<Generation>;
  /** The generation that readers see; `undefined` when there is none yet. */
  current(name: string): Promise<Generation | undefined>;
  /** The existing rows with these ids, tombstones included. Throws `GenerationReplaced`. */
  load(model: ReadModel, generation: number, ids: readonly string[]): Promise<readonly StoredRow[]>;
  /**
   * Writes rows whose ids differ, all or none, each unless a newer one is there. Returns the ids of rows whose
   * `previous` row is not the stored one any more: load them and compute again. Throws `GenerationReplaced`.
   */
  save(model: ReadModel, generation: number, changes: readonly Change[]): Promise<ReadonlySet<string>>;
  /** All rows of a generation, tombstones included, a page at a time. Throws `GenerationReplaced`. */
  scan(model: ReadModel, generation: number): AsyncIterable<readonly StoredRow[]>;
  /** The revision of the row `id`, tombstones included; `undefined` without one. */
  revisionOf(name: string, id: string): Promise<bigint | undefined>;
  /** The number of rows that readers see. */
  count(name: string): Promise<number>;
  /**
   * Lets `work` fill a new generation. When it has not been published by the end, or `work` throws, it is removed and
   * readers notice nothing. Throws `RebuildRunning` when somebody else builds one of this read model.
   */
  build<T>(model: ReadModel, work: (build: Build) => Promise<T>): Promise<T>;
  /**
   * Shows the generation before the last rebuild to readers again, with the rows that have changed since, and keeps the
   * one from before the call in its place: a second call undoes the first. Absent in stores that keep no former
   * generation. Returns the generation that readers see. Throws `RebuildRunning`, `NoFormerGeneration`.
   */
  readonly rollBack?: (model: ReadModel, onPage?: (rows: number) => void) => Promise<Generation>;
  /** The generation that `rollBack` goes back to; `undefined` when none is kept. Absent where `rollBack` is. */
  readonly former?: (name: string) => Promise<Generation | undefined>;
}
