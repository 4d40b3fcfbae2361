import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import pg from 'pg';
import { startPostgres } from './start-postgres.ts';

const inside = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

const startMain = async (folder: string): Promise<{ main: ChildProcess; url: string }> => {
  const main = fork(join(import.meta.dirname, 'main.ts'), {
    env: { ...process.env, LEGO_MOC_DATA_DIR: folder, PORT: String(9030 + (process.pid % 500)) },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const [message] = (await once(main, 'message')) as [{ url: string }];
  return { main, url: message.url };
};

const goneWithin = async (url: string, ms: number): Promise<boolean> => {
  for (const until = Date.now() + ms; Date.now() < until;) {
    try {
      await inside(url, (client) => client.query('select 1'));
      await sleep(50);
    } catch {
      return true;
    }
  }
  return false;
};

describe('the embedded PostgreSQL', function () {
  this.timeout(60_000);
  let folder: string;
  let dataDir: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'postgres-'));
    dataDir = join(folder, 'postgres');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps committed rows across a restart', async () => {
    const first = await startPostgres({ dataDir });
    await inside(first.url, (client) => client.query('create table brick as select 3001 as number'));
    await first.stop();

    const second = await startPostgres({ dataDir });
    const { rows } = await inside(second.url, (client) => client.query('select number from brick'));
    await second.stop();

    expect(rows).to.deep.equal([{ number: 3001 }]);
  });

  it('sorts text alike on every machine', async () => {
    const { url, stop } = await startPostgres({ dataDir });
    const { rows } = await inside(url, (client) =>
      client.query(`select string_agg(word, ' ' order by word) from unnest('{b,a,B,é,A}'::text[]) word`),
    );
    await stop();

    expect(rows).to.deep.equal([{ string_agg: 'A B a b é' }]);
  });

  it('refuses connections without the password', async () => {
    const { url, stop } = await startPostgres({ dataDir });
    const refusal = await inside(url.replace(/:[^:@]+@/, ':guess@'), (client) => client.query('select 1')).then(
      () => 'let in',
      (error: unknown) => (error as { code?: string }).code,
    );
    await stop();

    expect(refusal).to.equal('28P01');
  });

  it('refuses a data directory that another server uses', async () => {
    const { stop } = await startPostgres({ dataDir });
    const refusal = await startPostgres({ dataDir }).then(
      () => 'started',
      (error: unknown) => (error as Error).message,
    );
    await stop();

    expect(refusal).to.contain('already runs');
  });

  it('stops when the launcher hangs up', async () => {
    const { main, url } = await startMain(folder);
    main.disconnect();

    expect(await once(main, 'exit')).to.deep.equal([0, null]);
    expect(await goneWithin(url, 1_000)).to.equal(true);
  });

  it('comes back with its data after kill -9 of its process', async () => {
    const first = await startMain(folder);
    await inside(first.url, (client) => client.query('create table brick as select 3001 as number'));
    first.main.kill('SIGKILL');
    await once(first.main, 'exit');

    const second = await startMain(folder);
    const { rows } = await inside(second.url, (client) => client.query('select number from brick'));
    second.main.kill('SIGTERM');
    await once(second.main, 'exit');

    expect(rows).to.deep.equal([{ number: 3001 }]);
  });

  it('fails when PostgreSQL itself dies, so that it is started again', async () => {
    const { main } = await startMain(folder);
    process.kill(Number(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGQUIT');

    expect(await once(main, 'exit')).to.deep.equal([1, null]);
  });
});
