import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { mountSmallDisk, type SmallDisk } from '@lego-moc/embedded-event-store/torture/small-disk';
import { skipWithout } from '@lego-moc/testing/real-component';
import { reserveLog } from './reserve-log.ts';
import { startPostgres, type RunningPostgres } from './start-postgres.ts';

const DISK_MEGABYTES = 400;
const MEGABYTE = 1024 * 1024;
const BLOCK = Buffer.alloc(MEGABYTE);

const fill = (folder: string): void => {
  const file = openSync(join(folder, 'filling'), 'a');
  try {
    for (;;) writeSync(file, BLOCK);
  } catch (error) {
    expect(error).to.have.property('code', 'ENOSPC');
  } finally {
    closeSync(file);
  }
};

describe("reserving room for PostgreSQL's log", function () {
  this.timeout(120_000);
  let disk: SmallDisk | undefined;
  let postgres: RunningPostgres | undefined;
  let client: pg.Client;

  const open = async (dataDir: string): Promise<void> => {
    postgres = await startPostgres({ dataDir });
    client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
  };

  /** Of what the write-ahead log holds and what it may hold, in MB. */
  const logSizes = async (): Promise<unknown> => {
    const sizes = await client.query(
      `select sum(size)::bigint / ${MEGABYTE} >= 128 as reserved, current_setting('max_wal_size') as max from pg_ls_waldir()`,
    );
    return sizes.rows[0];
  };

  const writeLog = async (megabytes: number): Promise<void> => {
    for (let count = 0; count < megabytes; count += 1)
      await client.query(`select pg_logical_emit_message(true, 'test', repeat('x', ${MEGABYTE}))`);
  };

  afterEach(async () => {
    await client.end();
    await postgres?.stop();
    disk?.remove();
    disk = undefined;
  });

  it('lets PostgreSQL write more log on a full disk than there was room for, answer, and refuse only what needs space', async function () {
    disk = mountSmallDisk(DISK_MEGABYTES);
    if (disk === undefined) {
      skipWithout(this, 'A small file system', 'mounting a tmpfs takes root');
      return;
    }
    const dataDir = join(disk.path, 'postgres');
    await open(dataDir);
    expect(await reserveLog(postgres?.url ?? '', dataDir)).to.equal(true);
    await client.query('create table brick (number integer, name text)');
    await client.query(`insert into brick values (3001, 'Brick 2 x 4')`);

    for (let round = 0; round < 5; round += 1) {
      fill(disk.path);
      await writeLog(40);
      await client.query('checkpoint');
    }
    fill(disk.path);
    const refusal = await client
      .query(`insert into brick select 1, repeat('x', 100) from generate_series(1, 10000)`)
      .then(
        () => 'done',
        (error: unknown) => (error as { code?: string }).code,
      );

    expect(refusal).to.equal('53100');
    expect((await client.query('select number from brick')).rows).to.deep.equal([{ number: 3001 }]);
  });

  it('reserves once, also across a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
    try {
      const dataDir = join(folder, 'postgres');
      await open(dataDir);
      expect(await reserveLog(postgres?.url ?? '', dataDir)).to.equal(true);
      await client.end();
      await postgres?.stop();
      await open(dataDir);
      const before = (await client.query('select pg_current_wal_insert_lsn() as at')).rows;

      expect(await logSizes()).to.deep.equal({ reserved: true, max: '128MB' });
      expect(await reserveLog(postgres?.url ?? '', dataDir)).to.equal(true);
      expect((await client.query('select pg_current_wal_insert_lsn() as at')).rows).to.deep.equal(before);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('leaves a disk alone that is short of room', async function () {
    disk = mountSmallDisk(200);
    if (disk === undefined) {
      skipWithout(this, 'A small file system', 'mounting a tmpfs takes root');
      return;
    }
    const dataDir = join(disk.path, 'postgres');
    await open(dataDir);

    expect(await reserveLog(postgres?.url ?? '', dataDir)).to.equal(false);
    expect(await logSizes()).to.deep.equal({ reserved: false, max: '1GB' });
  });
});
