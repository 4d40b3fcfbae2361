import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allReader } from './all-reader.ts';
import { heldBytes, limitedBytes, sumOf } from './append-size.ts';
import type { Intent } from './commit-batch.ts';
import { committer } from './committer.ts';
import { verifyDataFile } from './data-file.ts';
import { lockDirectory } from './directory-lock.ts';
import { toLogUnavailable } from './write-failure.ts';
import { LogUnavailable, type AppendOutcome, type EventLog, type ProposedEvent } from './event-log.ts';
import { logStore, type LogStore } from './log-store.ts';
import { lookupsIn } from './lookups.ts';
import { presenceCheck } from './presence-check.ts';
import { replyTimeouts } from './reply-timeouts.ts';
import { streamReader } from './stream-reader.ts';
import { openTables } from './tables.ts';
import { openWriteAheadLog, type WriteAheadLog } from './write-ahead-log.ts';

export type EventLogOptions = ({ readonly path: string } | { readonly mem: true }) & {
  /** Data of one append. EventStoreDB's default is 1 MiB. */
  readonly maxAppendBytes?: number;
  /** After how long a dropped append is answered, 2,000 by default; see `timed-out` in `AppendOutcome`. */
  readonly commitTimeoutMs?: number;
  /** Called with each append that is dropped because an identical one was still being committed. */
  readonly onDroppedTwin?: (stream: string) => void;
  /** Now, in 100-nanosecond ticks since the Unix epoch. */
  readonly now?: () => bigint;
};

const MAX_APPEND_BYTES = 1024 * 1024;
const COMMIT_TIMEOUT_MS = 2_000;
/** An append that counts little by its data may still be large. */
const HELD_BYTES_MAX = 16 * 1024 * 1024;

const systemTicks = (): bigint => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 10n;

/**
 * Opens or creates the log in the directory `path`; `mem` keeps it for the life of the process, undurably. Rejects when
 * the directory cannot be used, is locked by another process or holds damaged data.
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
  // Where open files can be unlinked, no files stay behind when the process is killed.
  if (process.platform !== 'win32') rmSync(directory, { recursive: true });
  const close = async (): Promise<void> => {
    await log.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return Promise.resolve({ ...log, close });
};

/** Undefined where the disk has no room for it: then everything goes straight to the tables, which is slower. */
const openLogIfRoom = (directory: string): WriteAheadLog | undefined => {
  try {
    return openWriteAheadLog(directory);
  } catch (error) {
    if (toLogUnavailable(error, directory).reason === 'disk-full') return undefined;
    throw error;
  }
};

const eventLogOver = (store: LogStore, directory: string, options: EventLogOptions): EventLog => {
  const { maxAppendBytes = MAX_APPEND_BYTES, commitTimeoutMs = COMMIT_TIMEOUT_MS, now = systemTicks } = options;
  const presence = 'path' in options ? presenceCheck(directory) : undefined;
  const timeouts = replyTimeouts(commitTimeoutMs);
  const commits = committer({ store, directory, now, presence });
  const reader = streamReader(lookupsIn(store.finder), now);
  const all = allReader(store.finder, commits.lastPosition);
  let isClosed = false;
  store.flushWhenIdle();

  const submit = async (intent: Omit<Intent, 'submittedAt'>): Promise<AppendOutcome> => {
    if (isClosed) throw new LogUnavailable('closed', 'The event log is closed');
    if (isTooLarge(intent.events, maxAppendBytes)) return { kind: 'too-large', maxBytes: maxAppendBytes };
    const startedAt = performance.now();
    const outcome = await commits.submit(intent);
    if (outcome.kind !== 'timed-out') return outcome;
    options.onDroppedTwin?.(intent.stream);
    await timeouts.wait(startedAt);
    return outcome;
  };

  return {
    maxAppendBytes,
    append: (stream, expected, events) => submit({ kind: 'append', stream, expected, events }),
    softDelete: (stream, expected) => submit({ kind: 'soft-delete', stream, expected, events: [] }),
    tombstone: (stream, expected) => submit({ kind: 'tombstone', stream, expected, events: [] }),
    readStream: reader.readStream,
    state: reader.state,
    readAll: all.readAll,
    lastPosition: () => BigInt(commits.lastPosition()),
    resolveLink: reader.resolveLink,
    onCommit: commits.onCommit,
    close: async () => {
      isClosed = true;
      await commits.whenIdle();
      timeouts.close();
      presence?.close();
      await store.close((error) => {
        const { message } = toLogUnavailable(error, directory);
        console.error(`${message}. Events that are not in the tables yet stay in write-ahead.log.`);
      });
    },
  };
};

const isTooLarge = (events: readonly ProposedEvent[], maxAppendBytes: number): boolean =>
  sumOf(events, limitedBytes) > maxAppendBytes || sumOf(events, heldBytes) > HELD_BYTES_MAX;
