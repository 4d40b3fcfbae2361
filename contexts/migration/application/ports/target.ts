import type { Cause } from '@lego-moc/application/event-streams';
import type { Capability } from '../../contracts/capabilities.ts';
import type { LegacyChange, LegacyRow, LegacyTable } from './legacy-database.ts';

/** A row to take over: changed, or copied with sequence 0. */
export type RowChange = Pick<LegacyChange, 'table' | 'operation' | 'row' | 'sequence'>;

/** What an aggregate of the platform means at the monolith. */
export type OwnedRows = {
  /** Whom all of it belongs to; `undefined` while it is nobody's. */
  readonly owner: string | undefined;
  readonly table: string;
  readonly rows: readonly LegacyRow[];
  /** Rows that were deleted, as far as the aggregate remembers. */
  readonly deleted: readonly string[];
};

/** The context of the platform that a capability moves to. */
export interface Target {
  readonly capability: Capability;
  /** Parents before their children. */
  readonly tables: readonly LegacyTable[];
  /** The streams of the aggregates begin so; their ids follow. */
  readonly streamPrefix: string;
  /** Safe to repeat. Resolves with the number of findings. */
  importRows(changes: readonly RowChange[], cause: Cause): Promise<number>;
  readAggregate(id: string): Promise<OwnedRows>;
  /** Aggregates behind `after` in the order of their ids, with their owners; those of the last moments may be missing. */
  listAggregates(
    after: string | undefined,
    limit: number,
  ): Promise<readonly { readonly id: string; readonly owner: string | undefined }[]>;
  aggregateIdOf(owner: string): string;
}
