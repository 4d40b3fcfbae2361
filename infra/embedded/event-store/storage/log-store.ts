import { finderIn } from './finder.ts';
import { isNumbered, pendingWrites, type PendingWrites } from './pending-writes.ts';
import { restoreWrites } from './restore-writes.ts';
import { encodeHead, encodePosition, revisionKey, streamKey, type Tables } from './tables.ts';
import type { WriteAheadLog } from './write-ahead-log.ts';

/** Positions only grow: pages are filled to the end, where LMDB would leave half of each for keys in between. */
const AT_THE_END = { append: true };
/** When nothing has come for this long there is time to empty the log, so that nobody has to wait for that later. */
const IDLE_MS = 50;

/**
 * The tables, and ahead of them a log: what comes is flushed once, to the log, and found in memory until it fills the
 * log or nothing follows it; then it goes to the tables in one transaction. Large groups go there straight away.
 */
export const logStore = (tables: Tables, writeAheadLog: WriteAheadLog | undefined) => {
  const inTables = finderIn(tables);
  const unflushed = pendingWrites();
  const finder = unflushed.over(inTables);
  if (writeAheadLog !== undefined) restoreWrites(writeAheadLog, unflushed, inTables);
  if (unflushed.all().length === 0) writeAheadLog?.restart();
  /** What an earlier life has left in the log is not added to, either. */
  let mustRestartLog = unflushed.all().length > 0;
  let reopening: Promise<unknown> = Promise.resolve();

  const flushToTables = (...groups: readonly PendingWrites[]): void => {
    tables.transaction(() => groups.forEach((group) => putRecords(tables, group)));
    unflushed.clear();
    writeAheadLog?.restart();
    mustRestartLog = false;
  };

  const recover = (): Promise<boolean> => {
    idle.end();
    return reopenIfBroken(tables);
  };

  const idle = idleTimer(() => {
    try {
      flushToTables(unflushed);
    } catch {
      // Nothing is lost: the log still has it. Whoever stores next tries again, and is told.
      mustRestartLog = true;
      reopening = recover();
    }
  });
  const flushWhenIdle = (): void => {
    if (unflushed.all().length > 0) idle.begin();
  };

  /** Makes the writes durable, to be found from then on; `from` is the position before them. Throws, and none is stored. */
  const store = async (writes: PendingWrites, from: number): Promise<void> => {
    idle.end();
    const records = writes.all().map(({ record }) => record);
    if (writeAheadLog === undefined || mustRestartLog || !writeAheadLog.hasRoom(records))
      flushToTables(unflushed, writes);
    else {
      mustRestartLog = true;
      await writeAheadLog.append(from, records);
      mustRestartLog = false;
      for (const write of writes.all()) unflushed.add(write);
    }
    flushWhenIdle();
  };

  return {
    finder,
    store,
    /** To be called once all that was found has been found good; `store` does so itself. */
    flushWhenIdle,
    /** Resolves when the tables can be asked, which they cannot while they are opened anew after a failure at rest. */
    ready: (): Promise<unknown> => reopening,
    /** After a failure: true if the tables had to be opened anew. */
    recover,
    close: async (): Promise<void> => {
      idle.end();
      try {
        await reopening;
        if (unflushed.all().length > 0) flushToTables(unflushed);
      } finally {
        writeAheadLog?.close();
        await tables.close();
      }
    },
  };
};

export type LogStore = ReturnType<typeof logStore>;

/** Does the work when a rest that began has lasted, if it has not ended before. */
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
