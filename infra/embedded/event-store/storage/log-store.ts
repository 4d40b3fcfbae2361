import { finderIn } from './finder.ts';
import { isNumbered, pendingWrites, type PendingWrites } from './pending-writes.ts';
import { restoreWrites } from './restore-writes.ts';
import { encodeHead, encodePosition, revisionKey, streamKey, type Tables } from './tables.ts';
import type { WriteAheadLog } from './write-ahead-log.ts';

/** Positions only grow: pages are filled to the end, where LMDB would leave half of each for keys in between. */
const AT_THE_END = { append: true };
/** After a pause this long a group goes to the tables at once, as there is time for the two flushes that takes. */
const PAUSE_MS = 50;

/**
 * The tables, and ahead of them a log: what comes in quick succession is flushed once, to the log, and found in memory
 * until it fills the log and goes to the tables in one transaction. Large groups go there straight away.
 */
export const logStore = (tables: Tables, ahead: WriteAheadLog | undefined) => {
  const inTables = finderIn(tables);
  const recent = pendingWrites();
  const finder = recent.over(inTables);
  let isLogInDoubt = false;
  let lastStoredAt = -Infinity;

  const settle = (...groups: readonly PendingWrites[]): void => {
    tables.root.transactionSync(() => {
      for (const group of groups) put(tables, group);
    });
    recent.clear();
    ahead?.restart();
    isLogInDoubt = false;
  };

  /** Makes the writes durable, to be found from then on; `from` is the position before them. Throws, and none is stored. */
  const store = async (writes: PendingWrites, from: number): Promise<void> => {
    const records = writes.all().map(({ record }) => record);
    const isPause = performance.now() - lastStoredAt > PAUSE_MS;
    if (ahead === undefined || isLogInDoubt || isPause || !ahead.hasRoom(records)) settle(recent, writes);
    else {
      isLogInDoubt = true;
      await ahead.append(from, records);
      isLogInDoubt = false;
      for (const write of writes.all()) recent.add(write);
    }
    lastStoredAt = performance.now();
  };

  if (ahead !== undefined) restoreWrites(ahead, recent, inTables);
  if (recent.all().length === 0) ahead?.restart();

  return {
    finder,
    store,
    /** After a failure: true if the tables had to be opened anew. */
    recover: async (): Promise<boolean> => {
      const isBroken = tables.isBroken();
      if (isBroken) await tables.reopen();
      return isBroken;
    },
    close: async (): Promise<void> => {
      try {
        if (recent.all().length > 0) settle(recent);
      } finally {
        ahead?.close();
        await tables.root.close();
      }
    },
  };
};

export type LogStore = ReturnType<typeof logStore>;

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
