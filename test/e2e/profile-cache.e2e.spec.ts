import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { skipWithout } from '@lego-moc/testing/real-component';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { adminUrl } from '@lego-moc/embedded-postgres/admin';
import { portOf } from '@lego-moc/local/registry';
import { silentLogger } from '@lego-moc/logger/logger';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { publicProfile } from '@lego-moc/profile/contracts/http-api';
import { connectRedis, type Redis } from '@lego-moc/redis/connect';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { faultyPlatform, type FaultyPlatform } from '../faults/faulty-platform.ts';
import { requestsAs, json, type SendRequest } from './requests.ts';
import { PLATFORM_WITHIN_MS } from './platform.ts';

const FIVE_MINUTES_MS = 300_000;
/** Far longer than any of the parallel requests takes to reach the database. */
const OTHERS_HAVE_COME_MS = 500;

const TABLES = `
  SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
  WHERE table_type = 'BASE TABLE' AND table_schema = 'profile' AND table_name ~ '^profiles_\\d+$'`;
/** The writers of the read model take another lock, and write when they get it. */
const READERS_WAITING = `
  SELECT count(*)::int AS waiting FROM pg_locks
  WHERE NOT granted AND relation = $1::regclass AND mode = 'AccessShareLock'`;

describe('caching profiles in Redis', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: FaultyPlatform;
  let redis: Redis;
  let database: Database;
  let table: string;
  let name: string;
  let me: SendRequest;
  let visitor: SendRequest;

  before(async function () {
    platform = await faultyPlatform();
    if (process.env['DATABASE_URL'] !== undefined) this.skip();
    const { url } = platform.redis ?? skipWithout(this, 'Redis', 'install redis-server');
    redis = connectRedis(url, silentLogger);
    database = openDatabase(adminUrl(platform.dataDir, portOf(platform.ports, 'postgres')), { schema: 'profile' });
    closeAfterAllTests(async () => {
      redis.disconnect();
      await database.close();
    });
    ({ name: table } = await database.one<{ name: string }>(TABLES));
    visitor = requestsAs(platform, 'visitor');
    await pollUntil(
      'Redis',
      () => Promise.resolve(redis.status),
      (status) => status === 'ready',
    );
  });
  beforeEach(async () => {
    name = `cached-${randomUUID()}`;
    me = requestsAs(platform, name);
    await rename('First');
    await pollUntil('The read model', nameInReadModel, (displayName) => displayName === 'First');
  });

  const keyOf = (): string => `profile:profile:${devUserId(name)}`;
  const rename = async (displayName: string): Promise<void> =>
    void expect((await me('/api/users/me', json('PATCH', { displayName }))).status).to.equal(200);
  const nameInReadModel = async (): Promise<string | undefined> => {
    const reply = await visitor(`/api/users/${devUserId(name)}/public`);
    return reply.status === 200 ? publicProfile.parse(await reply.json()).displayName : undefined;
  };
  /** Locks the table of profiles against reads while `work` runs. */
  const withLock = <T>(work: () => Promise<T>): Promise<T> =>
    database.tx(async (locking) => {
      await locking.none(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
      return work();
    });

  it('keeps them for five minutes at most, and reads them without the database meanwhile', async () => {
    expect(await redis.pttl(keyOf())).to.be.within(FIVE_MINUTES_MS - 60_000, FIVE_MINUTES_MS);
    expect(await withLock(nameInReadModel)).to.equal('First');
  });

  it('never returns one older than its last change', async () => {
    for (const displayName of ['Second', 'Third', 'Fourth']) {
      await rename(displayName);
      expect(await nameInReadModel()).to.equal(displayName);
    }
  });

  it('removes that of an erased user at once', async () => {
    expect((await me('/api/users/me', { method: 'DELETE' })).status).to.equal(204);
    expect(await redis.get(keyOf())).to.equal(null);
    expect(await nameInReadModel()).to.equal(undefined);
    expect(await redis.get(keyOf())).to.equal(null);
  });

  it('reads the database once for many requests at the same moment', async () => {
    const waitingNow = async () => (await database.one<{ waiting: number }>(READERS_WAITING, [table])).waiting;
    await pollUntil('Calm', waitingNow, (waiting) => waiting === 0);
    await redis.del(keyOf());
    const { names, waiting } = await withLock(async () => {
      const all = Promise.all(Array.from({ length: 100 }, nameInReadModel));
      await pollUntil('The question', waitingNow, (count) => count > 0);
      await sleep(OTHERS_HAVE_COME_MS);
      return { names: all, waiting: await waitingNow() };
    });
    expect(new Set(await names)).to.deep.equal(new Set(['First']));
    expect(waiting).to.equal(1);
  });
});
