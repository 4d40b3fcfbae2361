import { finderIn } from './finder.ts';
import { isNumbered, pendingWrites, type PendingWrites } from './pending-writes.ts';
import { restoreWrites } from './restore-writes.ts';
import { encodeHead, encodePosition, revisionKey, streamKey, type Tables } from './tables.ts';
import type { WriteAheadLog } from './write-ahead-log.ts';

/** Positions only grow: pages are filled to the end, where LMDB would leave half of each for keys in between. */
const AT_THE_END = { append: true };
/** After this long without an append the log is flushed to the tables, so that no later append has to wait for that. */
const IDLE_MS = 50;

/**
 * The tables, and ahead of them a log: writes are flushed once, to the log, and served from memory until they fill the
 * log or the store is idle; then they go to the tables in one transaction. Large groups go to the tables at once.
 */
export const logStore = (tables: Tables, writeAheadLog: WriteAheadLog | undefined) => {
  const inTables = finderIn(tables);
  const unflushedWrites = pendingWrites();
  const finder = unflushedWrites.over(inTables);
  if (writeAheadLog !== undefined) restoreWrites(writeAheadLog, unflushedWrites, inTables);
  if (unflushedWrites.all().length === 0) writeAheadLog?.restart();
  /** Also true at the start: nothing is added to the log of an earlier run. */
  let mustRestartLog = unflushedWrites.all().length > 0;
  let reopenResult: Promise<unknown> = Promise.resolve();

  const flushToTables = (...groups: readonly PendingWrites[]): void => {
    tables.transaction(() => groups.forEach((group) => putRecords(tables, group)));
    unflushedWrites.clear();
    writeAheadLog?.restart();
    mustRestartLog = false;
  };

  const recover = (): Promise<boolean> => {
    idle.end();
    return reopenIfBroken(tables);
  };

  const idle = idleTimer(() => {
    try {
      flushToTables(unflushedWrites);
    } catch {
      // Nothing is lost: the log still has it. The next append tries again and reports what fails.
      mustRestartLog = true;
      reopenResult = recover();
    }
  });
  const flushWhenIdle = (): void => {
    if (unflushedWrites.all().length > 0) idle.begin();
  };

  /** Makes the writes durable and readable; `from` is the position before them. Throws, and none is stored. */
  const store = async (writes: PendingWrites, from: number): Promise<void> => {
    idle.end();
    const records = writes.all().map(({ record }) => record);
    if (writeAheadLog === undefined || mustRestartLog || !writeAheadLog.hasRoom(records)) {
      flushToTables(unflushedWrites, writes);
    } else {
      mustRestartLog = true;
      await writeAheadLog.append(from, records);
      mustRestartLog = false;
      for (const write of writes.all()) unflushedWrites.add(write);
    }
    flushWhenIdle();
  };

  return {
    finder,
    store,
    /** To be called once the content was verified; `store` does so itself. */
    flushWhenIdle,
    /** Resolves when the tables can be read: after a failed flush they are opened anew. */
    ready: (): Promise<unknown> => reopenResult,
    /** After a failure: true if the tables had to be opened anew. */
    recover,
    /** Reports what could not be flushed: it stays in the log, which the next start reads. */
    close: async (report: (error: unknown) => void): Promise<void> => {
      idle.end();
      const flush = async (): Promise<void> => {
        await reopenResult;
        if (unflushedWrites.all().length > 0) flushToTables(unflushedWrites);
      };
      await flush().catch(report);
      writeAheadLog?.close();
      await tables.close().catch(report);
    },
  };
};

export type LogStore = ReturnType<typeof logStore>;

/** Runs the work `IDLE_MS` after `begin`, unless `end` comes first. */
const idleTimer = (work: () => void) => {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin: (): void => void (timer = setTimeout(work, IDLE_MS).unref()),
    end: (): void => clearTimeout(timer),
  };
};

const reopenIfBroken = async (tables: Tables): Promise<boolean> => {
  const isBroken = tables.isBroken();
  if (isBroken) await tables.reopen();
  return isBroken;
};

const putRecords = (tables: Tables, group: PendingWrites): void => {
  for (const write of group.all()) {
    const { position, record, head } = write;
    tables.records.putSync(position, record, AT_THE_END);
    if (isNumbered(write)) {
      tables.revisions.putSync(revisionKey(head.id, head.lastRevision), encodePosition(position));
    }
  }
  for (const [stream, head] of group.heads()) tables.streams.putSync(streamKey(stream), encodeHead(head));
};
