import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allReader } from './all-reader.ts';
import { sizeOf } from './append-size.ts';
import { batchWriter, type LogEnd } from './batch-writer.ts';
import { applyIntent, type Intent } from './commit-batch.ts';
import { verifyDataFile } from './data-file.ts';
import { lockDirectory } from './directory-lock.ts';
import { toLogUnavailable } from './write-failure.ts';
import { LogUnavailable, type AppendOutcome, type EventLog, type ProposedEvent } from './event-log.ts';
import { groupCommit } from './group-commit.ts';
import { logStore, type LogStore } from './log-store.ts';
import { lookupsIn } from './lookups.ts';
import { pendingWrites } from './pending-writes.ts';
import { RECENT_IDS_MAX, recentIds } from './recent-ids.ts';
import { streamReader } from './stream-reader.ts';
import { openTables } from './tables.ts';
import { openWriteAheadLog, type WriteAheadLog } from './write-ahead-log.ts';

export type EventLogOptions = ({ readonly path: string } | { readonly mem: true }) & {
  /** Data, metadata and types of one append together. EventStoreDB's default is 1 MiB. */
  readonly maxAppendBytes?: number;
  /** Now, in 100-nanosecond ticks since the Unix epoch. */
  readonly now?: () => bigint;
};

const MAX_APPEND_BYTES = 1024 * 1024;
const RECENT_IDS_BYTES_MAX = 64 * 1024 * 1024;

const systemTicks = (): bigint => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 10n;

/**
 * Opens or creates the log in the directory `path`; `mem` keeps it for the life of the process, undurably. Rejects when
 * the directory cannot be had, belongs to another process or holds what is damaged.
 */
export const openEventLog = (options: EventLogOptions): Promise<EventLog> =>
  'path' in options ? openDurably(options.path, options) : openInMemory(options);

const openDurably = async (directory: string, options: EventLogOptions): Promise<EventLog> => {
  makeDirectory(directory);
  const release = await lockDirectory(directory);
  try {
    verifyDataFile(directory);
    const log = eventLogOver(logStore(openTables(directory, true), openLogIfRoom(directory)), directory, options);
    return { ...log, close: () => log.close().finally(release) };
  } catch (error) {
    await release();
    throw error;
  }
};

const makeDirectory = (directory: string): void => {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${directory} cannot be used for the data: ${why}`, { cause: error });
  }
};

const openInMemory = (options: EventLogOptions): Promise<EventLog> => {
  const directory = mkdtempSync(join(tmpdir(), 'event-store-'));
  const log = eventLogOver(logStore(openTables(directory, false), undefined), directory, options);
  // Where files in use can be unlinked, nothing stays behind even when the process is killed.
  if (process.platform !== 'win32') rmSync(directory, { recursive: true });
  const close = async (): Promise<void> => {
    await log.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return Promise.resolve({ ...log, close });
};

/** Without room for it, everything goes straight to the tables: slower, and with less to lose room for. */
const openLogIfRoom = (directory: string): WriteAheadLog | undefined => {
  try {
    return openWriteAheadLog(directory);
  } catch (error) {
    if (toLogUnavailable(error, directory).reason === 'disk-full') return undefined;
    throw error;
  }
};

const eventLogOver = (store: LogStore, directory: string, options: EventLogOptions): EventLog => {
  const { maxAppendBytes = MAX_APPEND_BYTES, now = systemTicks } = options;
  const lookups = lookupsIn(store.finder);
  const reader = streamReader(lookups, now);
  const all = allReader(store.finder, () => end.position);
  const recent = recentIds();
  const listeners = new Set<(lastPosition: bigint) => void>();
  let isClosed = false;

  const readEnd = (): LogEnd => {
    for (const [id, at] of all.newestIds(RECENT_IDS_MAX, RECENT_IDS_BYTES_MAX).reverse()) recent.remember(id, at);
    const position = all.lastPosition();
    return { position, created: lookups.at(position)?.created ?? 0n };
  };
  let end = readEnd();
  store.flushWhenIdle();

  const commit = async (intents: readonly Intent[]): Promise<readonly (AppendOutcome | Error)[]> => {
    await store.ready();
    const writes = pendingWrites();
    const inBatch = lookupsIn(writes.over(store.finder));
    const writer = batchWriter(writes, inBatch, end, now());
    const batch = { lookups: inBatch, recent, writer };
    const outcomes = intents.map((intent) => applyIntent(batch, intent));
    if (writes.all().length === 0) return outcomes;
    await store.store(writes, end.position);
    end = writer.end();
    for (const [id, position] of writer.ids()) recent.remember(id, position);
    for (const listener of listeners) listener(BigInt(end.position));
    return outcomes;
  };

  const recover = async (error: unknown): Promise<Error> => {
    if (await store.recover()) end = readEnd();
    return toLogUnavailable(error, directory);
  };

  const group = groupCommit({ commit, recover, bytesOf });

  const submit = (intent: Intent): Promise<AppendOutcome> => {
    if (isClosed) return Promise.reject(new LogUnavailable('closed', 'The event log is closed'));
    const isTooLarge = bytesOf(intent) > maxAppendBytes;
    return isTooLarge ? Promise.resolve({ kind: 'too-large', maxBytes: maxAppendBytes }) : group.submit(intent);
  };

  return {
    maxAppendBytes,
    append: (stream, expected, events) => submit({ kind: 'append', stream, expected, events }),
    softDelete: (stream, expected) => submit({ kind: 'soft-delete', stream, expected, events: [] }),
    tombstone: (stream, expected) => submit({ kind: 'tombstone', stream, expected, events: [] }),
    readStream: reader.readStream,
    state: reader.state,
    readAll: all.readAll,
    lastPosition: () => BigInt(end.position),
    resolveLink: reader.resolveLink,
    onCommit: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => {
      isClosed = true;
      await group.idle();
      await store.close();
    },
  };
};

const bytesOf = ({ events }: { readonly events: readonly ProposedEvent[] }): number =>
  events.reduce((sum, event) => sum + sizeOf(event), 0);
