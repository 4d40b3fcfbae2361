import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { spy, stub, useFakeTimers, type SinonFakeTimers } from 'sinon';
import { logStore, type LogStore } from './log-store.ts';
import { headAfter, pendingWrites, type PendingWrites } from './pending-writes.ts';
import { encodeRecord } from './record.ts';
import { openTables, type Tables } from './tables.ts';
import { openWriteAheadLog, type WriteAheadLog } from './write-ahead-log.ts';

/** Longer than any rest has to be. */
const LONG_MS = 1_000;

describe('an idle store', () => {
  let clock: SinonFakeTimers;
  let directory = '';
  let tables: Tables;
  let ahead: WriteAheadLog;
  let store: LogStore;
  let end = 0;

  const openStore = (): void => {
    tables = openTables(directory, true);
    ahead = openWriteAheadLog(directory);
    store = logStore(tables, ahead);
  };

  /** As after a kill. */
  const reopen = async (): Promise<void> => {
    await tables.close();
    ahead.close();
    openStore();
  };

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    directory = mkdtempSync(join(tmpdir(), 'log-store-spec-'));
    end = 0;
    openStore();
  });
  afterEach(async () => {
    clock.restore();
    await store.close((error) => expect.fail(String(error)));
    rmSync(directory, { recursive: true });
  });

  const oneRecord = (): PendingWrites => {
    const record = encodeRecord({
      id: crypto.randomUUID(),
      type: 'Happened',
      contentType: 'application/json',
      data: Buffer.from('{}'),
      metadata: new Uint8Array(),
      stream: `moc-${end}`,
      revision: 0n,
      created: 0n,
    });
    const writes = pendingWrites();
    const position = end + record.length;
    writes.add({ position, record, stream: `moc-${end}`, head: headAfter(undefined, position, 0n) });
    return writes;
  };
  const storeOne = async (): Promise<void> => {
    const writes = oneRecord();
    await store.store(writes, end);
    end = writes.all()[0]?.position ?? end;
  };
  const recordsInTables = (): number => tables.records.getKeysCount({});
  const recordCount = (): number => [...store.finder.positions({ limit: 100 })].length;
  const inLog = (): number => {
    const log = openWriteAheadLog(directory);
    log.close();
    return log.earlierFrames.length;
  };

  it('flushes its log to the tables and restarts the log', async () => {
    for (let count = 0; count < 3; count += 1) await storeOne();
    expect([recordsInTables(), inLog()]).to.deep.equal([0, 3]);
    clock.tick(LONG_MS);
    expect(recordsInTables()).to.equal(3);
    await storeOne();
    expect([recordsInTables(), inLog(), recordCount()]).to.deep.equal([3, 1, 4]);
  });

  it('does not flush while appends follow each other', async () => {
    for (let count = 0; count < 100; count += 1) {
      await storeOne();
      clock.tick(10);
    }
    expect([recordsInTables(), recordCount()]).to.deep.equal([0, 100]);
  });

  it('does not flush while a write to the log is under way', async () => {
    await storeOne();
    let flush = (): void => undefined;
    const append = stub(ahead, 'append').callsFake(() => new Promise((resolve) => (flush = resolve)));
    const write = storeOne();
    clock.tick(LONG_MS);
    expect(recordsInTables()).to.equal(0);
    flush();
    await write;
    append.restore();
    clock.tick(LONG_MS);
    expect(recordsInTables()).to.equal(2);
  });

  it('flushes what an earlier run left in the log, once', async () => {
    for (let count = 0; count < 3; count += 1) await storeOne();
    await reopen();
    expect([recordsInTables(), recordCount()]).to.deep.equal([0, 3]);
    store.flushWhenIdle();
    clock.tick(LONG_MS);
    expect([recordsInTables(), recordCount()]).to.deep.equal([3, 3]);
    await reopen();
    expect([recordsInTables(), recordCount()]).to.deep.equal([3, 3]);
    await storeOne();
    expect([inLog(), recordCount()]).to.deep.equal([1, 4]);
  });

  it('adds nothing to the log of an earlier run', async () => {
    await storeOne();
    await reopen();
    await storeOne();
    expect([recordsInTables(), recordCount()]).to.deep.equal([2, 2]);
  });

  it('does nothing after it is closed', async () => {
    await storeOne();
    const transaction = spy(tables, 'transaction');
    await store.close((error) => expect.fail(String(error)));
    clock.tick(LONG_MS);
    openStore();
    expect(transaction.callCount).to.equal(1);
    expect(recordsInTables()).to.equal(1);
  });

  describe('whose tables cannot be written', () => {
    const refuseOnce = (): void => {
      const transaction = stub(tables, 'transaction').callsFake(() => {
        transaction.restore();
        throw new Error('No space left on device');
      });
    };

    it('keeps its log and flushes it with the next append', async () => {
      for (let count = 0; count < 3; count += 1) await storeOne();
      refuseOnce();
      clock.tick(LONG_MS);
      expect([recordsInTables(), inLog(), recordCount()]).to.deep.equal([0, 3, 3]);
      await storeOne();
      expect([recordsInTables(), recordCount()]).to.deep.equal([4, 4]);
    });

    it('is ready again once the tables were reopened', async () => {
      await storeOne();
      refuseOnce();
      stub(tables, 'isBroken').onFirstCall().returns(true).callThrough();
      let isOpen = false;
      const reopenTables = tables.reopen;
      stub(tables, 'reopen').callsFake(async () => {
        await reopenTables();
        isOpen = true;
      });
      clock.tick(LONG_MS);
      expect(isOpen).to.equal(false);
      await store.ready();
      expect(isOpen).to.equal(true);
      await storeOne();
      expect([recordsInTables(), recordCount()]).to.deep.equal([2, 2]);
    });
  });
});
