import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { pollUntil } from '@lego-moc/application/poll-until';
import { passwordFile } from '@lego-moc/embedded-postgres/admin';
import { startPostgres } from '@lego-moc/embedded-postgres/start-postgres';
import { backUpCluster } from './back-up-cluster.ts';

const WRITTEN_MIN = 50;

const within = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

const count = (url: string): Promise<number> =>
  within(
    url,
    async (client) => (await client.query<{ n: number }>('SELECT count(*)::int AS n FROM bricks')).rows[0]!.n,
  );

describe('a backup of a PostgreSQL cluster', function () {
  this.timeout(120_000);
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'cluster-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  it('has what was committed before it began, although rows are written all the time', async () => {
    const [source, copy] = [join(folder, 'source'), join(folder, 'copy')];
    const server = await startPostgres({ dataDir: source });
    let [written, isOver] = [0, false];
    let committedBefore: number;
    try {
      await within(server.url, (client) => client.query('CREATE TABLE bricks (studs int)'));
      const writing = within(server.url, async (client) => {
        for (; !isOver; written += 1) await client.query('INSERT INTO bricks VALUES ($1)', [written]);
      });
      await pollUntil(
        'Rows',
        () => written,
        (rows) => rows >= WRITTEN_MIN,
        30_000,
      );
      committedBefore = await count(server.url);
      await backUpCluster(server.url, source, copy);
      isOver = true;
      await writing;
      const slots = await within(server.url, (client) => client.query('SELECT FROM pg_replication_slots'));
      expect(slots.rowCount).to.equal(0);
    } finally {
      isOver = true;
      await server.stop();
    }

    await copyFile(passwordFile(source), passwordFile(copy));
    const copyServer = await startPostgres({ dataDir: copy });
    try {
      expect(await count(copyServer.url)).to.be.within(committedBefore, written);
    } finally {
      await copyServer.stop();
    }
  });
});
