import { finderIn } from './finder.ts';
import { isNumbered, pendingWrites, type PendingWrites } from './pending-writes.ts';
import { restoreWrites } from './restore-writes.ts';
import { encodeHead, encodePosition, revisionKey, streamKey, type Tables } from './tables.ts';
import type { WriteAheadLog } from './write-ahead-log.ts';

/** Positions only grow: pages are filled to the end, where LMDB would leave half of each for keys in between. */
const AT_THE_END = { append: true };
/** When nothing has come for this long there is time to empty the log, so that nobody has to wait for that later. */
const REST_MS = 50;

/**
 * The tables, and ahead of them a log: what comes is flushed once, to the log, and found in memory until it fills the
 * log or nothing follows it; then it goes to the tables in one transaction. Large groups go there straight away.
 */
export const logStore = (tables: Tables, ahead: WriteAheadLog | undefined) => {
  const inTables = finderIn(tables);
  const recent = pendingWrites();
  const finder = recent.over(inTables);
  if (ahead !== undefined) restoreWrites(ahead, recent, inTables);
  if (recent.all().length === 0) ahead?.restart();
  /** What an earlier life has left in the log is not added to, either. */
  let isLogInDoubt = recent.all().length > 0;
  let repair: Promise<unknown> = Promise.resolve();

  const settle = (...groups: readonly PendingWrites[]): void => {
    tables.transaction(() => groups.forEach((group) => put(tables, group)));
    recent.clear();
    ahead?.restart();
    isLogInDoubt = false;
  };

  const recover = (): Promise<boolean> => {
    rest.end();
    return reopenIfBroken(tables);
  };

  const rest = resting(() => {
    try {
      settle(recent);
    } catch {
      // Nothing is lost: the log still has it. Whoever stores next tries again, and is told.
      isLogInDoubt = true;
      repair = recover();
    }
  });
  const settleWhenAtRest = (): void => {
    if (recent.all().length > 0) rest.begin();
  };

  /** Makes the writes durable, to be found from then on; `from` is the position before them. Throws, and none is stored. */
  const store = async (writes: PendingWrites, from: number): Promise<void> => {
    rest.end();
    const records = writes.all().map(({ record }) => record);
    if (ahead === undefined || isLogInDoubt || !ahead.hasRoom(records)) settle(recent, writes);
    else {
      isLogInDoubt = true;
      await ahead.append(from, records);
      isLogInDoubt = false;
      for (const write of writes.all()) recent.add(write);
    }
    settleWhenAtRest();
  };

  return {
    finder,
    store,
    /** To be called once all that was found has been found good; `store` does so itself. */
    settleWhenAtRest,
    /** Resolves when the tables can be asked, which they cannot while they are opened anew after a failure at rest. */
    ready: (): Promise<unknown> => repair,
    /** After a failure: true if the tables had to be opened anew. */
    recover,
    close: async (): Promise<void> => {
      rest.end();
      try {
        await repair;
        if (recent.all().length > 0) settle(recent);
      } finally {
        ahead?.close();
        await tables.close();
      }
    },
  };
};

export type LogStore = ReturnType<typeof logStore>;

/** Does the work when a rest that began has lasted, if it has not ended before. */
const resting = (work: () => void) => {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin: (): void => void (timer = setTimeout(work, REST_MS).unref()),
    end: (): void => clearTimeout(timer),
  };
};

const reopenIfBroken = async (tables: Tables): Promise<boolean> => {
  const isBroken = tables.isBroken();
  if (isBroken) await tables.reopen();
  return isBroken;
};

const put = (tables: Tables, group: PendingWrites): void => {
  for (const write of group.all()) {
    const { position, record, head } = write;
    tables.records.putSync(position, record, AT_THE_END);
    if (isNumbered(write)) {
      tables.revisions.putSync(revisionKey(head.id, head.lastRevision), encodePosition(position));
    }
  }
  for (const [stream, head] of group.heads()) tables.streams.putSync(streamKey(stream), encodeHead(head));
};
