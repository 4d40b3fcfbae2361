import type { Cause } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import { derivedId } from '@lego-moc/kernel/ids';
import { sideOf, type Routing } from '../contracts/routing.ts';
import { changesToWrite } from '../domain/row-differences.ts';
import type { FollowerPositions } from './ports/follower-positions.ts';
import type { LegacyDatabase, OutboxPosition } from './ports/legacy-database.ts';
import type { RowChange, Target } from './ports/target.ts';

/** An event that was recorded in a stream of the target. */
export type LogEntry = { readonly stream: string; readonly position: bigint };

/** The entries behind a position up to the present end of the log, in its order. */
export type ReadLog = (from: bigint) => AsyncIterable<LogEntry>;

export type FollowerOptions = {
  readonly legacy: LegacyDatabase;
  readonly target: Target;
  readonly positions: FollowerPositions;
  readonly readLog: ReadLog;
};

const PAGE_ROWS_MAX = 500;
const PAGE_ROWS_MIN = 25;
/** Aggregates that are written back before the position is saved. */
const AGGREGATES_MAX = 100;

const causeFor = (...parts: readonly string[]): Cause => {
  const commandId = derivedId('migration', ...parts);
  return { commandId, correlationId: newId(), actor: 'migration' };
};

/** Pages are smaller where the platform was too busy to take one in time, until it keeps up again. */
const importedPages = (target: Target) => {
  let rowsMax = PAGE_ROWS_MAX;
  return {
    rowsMax: (): number => rowsMax,
    importRows: async (changes: readonly RowChange[], ...name: readonly string[]): Promise<number> => {
      if (changes.length === 0) return 0;
      try {
        const findings = await target.importRows(changes, causeFor(target.capability, ...name));
        rowsMax = Math.min(PAGE_ROWS_MAX, rowsMax * 2);
        return findings;
      } catch (error) {
        rowsMax = Math.max(PAGE_ROWS_MIN, Math.floor(rowsMax / 2));
        throw error;
      }
    },
  };
};

/** What carries writes of one side to the other. Positions are saved after the work, which is safe to repeat. */
export const followersOf = ({ legacy, target, positions, readLog }: FollowerOptions) => {
  const { capability } = target;
  const tables = target.tables.map(({ name }) => name);

  const pages = importedPages(target);
  const { importRows } = pages;

  const outboxPosition = async (): Promise<OutboxPosition> => {
    const start = await positions.load(capability);
    if (start === undefined) throw new Error(`${capability} was never captured`);
    return start.outbox;
  };

  /** Takes over what the monolith wrote, until nothing is left that was committed when it began. */
  const followLegacy = async (): Promise<void> => {
    const end = (await legacy.outboxEnd()).from;
    let position = await outboxPosition();
    while (BigInt(position.from) < BigInt(end)) {
      const page = await legacy.readOutbox(tables, position, pages.rowsMax());
      await importRows(page.changes, 'outbox', String(page.changes.at(-1)?.sequence));
      position = page.next;
      await positions.save(capability, { outbox: position });
    }
  };

  /** Copies the next rows of a table; undefined when there are none. */
  const copyChunk = async (table: string, after: string | undefined) => {
    const rows = await legacy.readRows(table, after, pages.rowsMax());
    const last = rows.at(-1);
    if (last === undefined) return undefined;
    const changes = rows.map((row) => ({ table, row, operation: 'update' as const, sequence: 0n }));
    const findings = await importRows(changes, 'copy', table, last.id, newId());
    return { table, until: last.id, rows: rows.length, findings };
  };

  const writeBack = async (aggregateId: string, routing: Routing): Promise<void> => {
    const { owner, table, rows, deleted } = await target.readAggregate(aggregateId);
    if (owner === undefined || sideOf(routing, owner) !== 'platform') return;
    const changes = changesToWrite(await legacy.readRowsOf(table, owner), rows, deleted);
    if (changes.upserts.length + changes.deletions.length > 0) await legacy.applyChanges(table, changes);
  };

  /**
   * Writes back what the platform wrote for its users, up to the present end of the log. As long as it writes for nobody,
   * all entries are imports, which nobody needs to read again.
   */
  const followPlatform = async (routing: Routing): Promise<void> => {
    const hasUsers = routing.percent > 0;
    const start = await positions.load(capability);
    let aggregates = new Set<string>();
    let position = start?.log ?? 0n;
    const flush = async (): Promise<void> => {
      for (const id of aggregates) await writeBack(id, routing);
      aggregates = new Set();
      await positions.save(capability, { log: position });
    };
    for await (const entry of readLog(position)) {
      if (hasUsers) aggregates.add(entry.stream.slice(target.streamPrefix.length));
      position = entry.position;
      if (aggregates.size >= AGGREGATES_MAX) await flush();
    }
    if (position !== start?.log) await flush();
  };

  return { followLegacy, followPlatform, copyChunk };
};

export type Followers = ReturnType<typeof followersOf>;
