import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { openTables, viewRecord, type Tables } from './tables.ts';

const RECORD_BYTES = 2_000;
const RECORDS = 40_000;

describe('the tables of a log of 80 MB', function () {
  this.timeout(60_000);
  const directory = mkdtempSync(join(tmpdir(), 'tables-spec-'));
  let tables: Tables;

  before(() => {
    tables = openTables(directory, true);
    tables.transaction(() => {
      for (let position = 1; position <= RECORDS; position++) {
        tables.records.putSync(position, Buffer.alloc(RECORD_BYTES, position % 251));
      }
    });
  });
  after(async () => {
    await tables.close();
    rmSync(directory, { recursive: true });
  });

  const readAll = async (): Promise<number> => {
    let right = 0;
    for (let position = 1; position <= RECORDS; position++) {
      if (position % 500 === 0) await turn();
      const record = viewRecord(tables, position);
      if (record?.length === RECORD_BYTES && record[RECORD_BYTES - 1] === position % 251) right += 1;
    }
    return right;
  };

  it('release resident pages while they are read, and go on reading', async function () {
    if (process.platform !== 'linux') this.skip();
    const resident = (): number => Number(/^RssFile:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
    const before = resident();
    expect(await readAll()).to.equal(RECORDS);
    expect(resident() - before, 'KiB of files').to.be.below(40 * 1_024);
  });

  it('are opened again by the next use after a close', async () => {
    await tables.close();
    expect(viewRecord(tables, 1)?.length).to.equal(RECORD_BYTES);
    expect(tables.isBroken()).to.equal(false);
  });
});
