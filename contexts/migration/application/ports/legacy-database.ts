import type { Capability } from '../../contracts/capabilities.ts';

/** A row of the monolith, by column name; `timestamp` columns as text without a zone, which mean UTC. */
export type LegacyRow = Readonly<Record<string, unknown>> & { readonly id: string };

/** A change that the monolith made. */
export type LegacyChange = {
  /** Grows with each change of one row; not in the order of commits. */
  readonly sequence: bigint;
  readonly table: string;
  readonly operation: 'insert' | 'update' | 'delete';
  readonly row: LegacyRow;
  readonly changedAt: string;
};

/**
 * How far the outbox was read. Changes of transactions from `from` to `until` (not included) are in reading, those
 * with a sequence up to `after` have been. Everything before `from` is done.
 */
export type OutboxPosition = { readonly from: string; readonly until: string; readonly after: string };

export type OutboxPage = {
  readonly changes: readonly LegacyChange[];
  readonly next: OutboxPosition;
  /** Whether all that was committed when the page was read is on it or before it. */
  readonly isCaughtUp: boolean;
};

/** Who writes: see `routing`. */
export type Authority = {
  readonly epoch: number;
  readonly percent: number;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly nextPercent: number | null;
};

export type LegacyTable = {
  readonly name: string;
  /** The column that leads to the user whom a row belongs to. */
  readonly ownedBy: 'user_id' | 'moc_id' | 'image_id';
};

/** The monolith's database. */
export interface LegacyDatabase {
  /** Adds outbox and guard of the tables; safe to repeat. */
  install(capability: Capability, tables: readonly LegacyTable[]): Promise<void>;
  /** Removes everything that `install` added. */
  uninstall(): Promise<void>;

  /** A position from which the outbox has every later change. */
  outboxEnd(): Promise<OutboxPosition>;
  /** The next changes of the tables that the platform did not make itself, in the order of their sequence. */
  readOutbox(tables: readonly string[], position: OutboxPosition, limit: number): Promise<OutboxPage>;
  /** Forgets changes of transactions before `position`; returns how many. */
  trimOutbox(position: OutboxPosition): Promise<number>;

  /** Rows behind `after` in the order of their ids. */
  readRows(table: string, after: string | undefined, limit: number): Promise<readonly LegacyRow[]>;
  countRows(table: string): Promise<number>;
  /** The rows of a user, of a table that is owned by `user_id`. */
  readRowsOf(table: string, owner: string): Promise<readonly LegacyRow[]>;
  /** Users with rows, behind `after` in the order of their ids. */
  readOwners(table: string, after: string | undefined, limit: number): Promise<readonly string[]>;
  /** Those of the users that have rows. */
  ownersAmong(table: string, owners: readonly string[]): Promise<readonly string[]>;

  /** Takes effect once all writes that began before have ended; those that begin later follow it. */
  setAuthority(capability: Capability, authority: Authority): Promise<void>;
  /** Writes rows and deletions of the platform, in one transaction that the guard lets through. */
  applyChanges(
    table: string,
    changes: { readonly upserts: readonly LegacyRow[]; readonly deletions: readonly string[] },
  ): Promise<void>;
  /** Lets the follower take over rows as they are; those in `missing` as deleted. */
  captureRows(table: string, ids: readonly string[], missing: readonly LegacyRow[]): Promise<void>;
  close(): Promise<void>;
}
