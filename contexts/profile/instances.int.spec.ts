import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { skipWithout } from '@lego-moc/testing/real-component';
import { redisForTests, redisThere } from '@lego-moc/redis/testing/redis-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import type { ProfileCommand } from './domain/profile.ts';
import { runningProfile, newUserId } from './testing/running-profile.ts';

type Running = Awaited<ReturnType<typeof runningProfile>>;

const noon = '2026-01-01T12:00:00.000Z' as Instant;

const send = ({ service }: Running, userId: UserId, command: ProfileCommand) =>
  service.handle(userId, command, { commandId: newId(), correlationId: newId(), actor: 'spec' });

const come = (running: Running, userId: UserId) =>
  send(running, userId, {
    type: 'OpenProfile',
    data: { userId, email: null, emailAsOf: noon, displayName: 'Ada', at: noon },
  });

const erase = ({ service }: Running, userId: UserId): Promise<void> =>
  service.erase(
    { userId, erasedAt: noon, because: 'asked' },
    { commandId: newId(), correlationId: newId(), actor: 'spec' },
  );

const bioIn = async ({ service }: Running, userId: UserId): Promise<string | undefined> =>
  (await service.reader.profiles([userId])).get(userId)?.person.bio;

const twoInstances = async (env: Readonly<Record<string, string>> = {}): Promise<readonly [Running, Running]> => {
  const first = await runningProfile(env);
  const other = await runningProfile({
    ...env,
    DATABASE_URL: first.env.DATABASE_URL,
    LEGO_MOC_DATA_DIR: first.env.LEGO_MOC_DATA_DIR,
  });
  return [first, other];
};

/** One instance changes a profile that the other one has in its cache. */
const expectFollowsChanges = async ([first, other]: readonly [Running, Running]): Promise<void> => {
  const userId = newUserId();
  await come(first, userId);
  await pollUntil('the new profile is readable', async () => (await bioIn(other, userId)) === '');
  for (const bio of ['one', 'two', 'three']) {
    await send(first, userId, { type: 'DescribePerson', data: { change: { bio } } });
    await pollUntil(`the change to ${bio} is visible`, async () => (await bioIn(other, userId)) === bio);
  }
  await send(other, userId, { type: 'DescribePerson', data: { change: { bio: 'four' } } });
  const keptBy = async ({ service }: Running) => (await service.states.lastSeen(userId)).state.status;
  expect(await keptBy(other)).to.equal('active');
  await erase(first, userId);
  await pollUntil('the erasure is visible', async () => (await bioIn(other, userId)) === undefined);
  await pollUntil('the erasure is followed', async () => (await keptBy(other)) === 'erased');
  await Promise.all([first.stop(), other.stop()]);
};

describe('two instances of the service', function () {
  this.timeout(60_000);

  it('read each other’s changes, each with a cache of its own', async () => {
    await expectFollowsChanges(await twoInstances());
  });

  it('read each other’s changes, with one Redis', async function () {
    if (!redisThere()) skipWithout(this, 'Redis', 'install redis-server');
    const redis = await redisForTests();
    closeAfterAllTests(() => {
      redis.stop();
      return Promise.resolve();
    });
    await expectFollowsChanges(await twoInstances({ REDIS_URL: redis.url }));
  });
});

describe('an instance that received an event it cannot decode', () => {
  it('keeps following changes', async function () {
    this.timeout(60_000);
    const [first, other] = await twoInstances();
    const userId = newUserId();
    await come(first, userId);
    await pollUntil('the new profile is readable', async () => (await bioIn(other, userId)) === '');
    const unreadable = jsonEvent({ type: 'profile.ProfileUpdated', data: { nonsense: true } });
    await first.client.appendToStream(`profile-${newUserId()}`, unreadable);
    await erase(first, userId);
    await pollUntil('the erasure is visible', async () => (await bioIn(other, userId)) === undefined);
    await Promise.all([first.stop(), other.stop()]);
  });
});

describe('a profile that a dead process left in Redis', () => {
  it('is not returned once the erasure is recorded', async function () {
    this.timeout(60_000);
    if (!redisThere()) skipWithout(this, 'Redis', 'install redis-server');
    const redis = await redisForTests();
    closeAfterAllTests(() => {
      redis.stop();
      return Promise.resolve();
    });
    const env = { REDIS_URL: redis.url, PROFILE_MASTER_KEYS: randomBytes(32).toString('base64') };
    const running = await runningProfile(env);
    const userId = newUserId();
    await come(running, userId);
    await pollUntil('the new profile is readable', async () => (await bioIn(running, userId)) === '');
    await running.stop();
    const data = { userId, erasedAt: noon, because: 'asked' };
    await running.client.appendToStream(`profile-${userId}`, jsonEvent({ type: 'profile.UserErased', data }));

    const successor = await runningProfile({ ...env, DATABASE_URL: running.env.DATABASE_URL });
    await pollUntil('the erasure is visible', async () => (await bioIn(successor, userId)) === undefined);
    await successor.stop();
  });
});

/** Far longer than any of the parallel requests takes to reach the database. */
const OTHERS_HAVE_COME_MS = 500;

/** Sessions that wait for this one to release the lock on the table of profiles. */
const WAITING = `
  SELECT count(*)::int AS waiting FROM pg_locks
  WHERE NOT granted AND relation = 'profiles_1'::regclass AND mode = 'AccessShareLock'`;

describe('a stampede on two instances with one Redis', function () {
  this.timeout(60_000);

  it('queries the database once', async function () {
    if (!redisThere()) skipWithout(this, 'Redis', 'install redis-server');
    const redis = await redisForTests();
    closeAfterAllTests(() => {
      redis.stop();
      return Promise.resolve();
    });
    const instances = await twoInstances({ REDIS_URL: redis.url });
    const [first] = instances;
    const userId = newUserId();
    await come(first, userId);
    await pollUntil('the new profile is readable', async () => (await bioIn(first, userId)) === '');
    await first.service.cache.delete(`profile:${userId}`);

    const requests = await first.database.tx(async (locking) => {
      await locking.none('LOCK TABLE profiles_1 IN ACCESS EXCLUSIVE MODE');
      const pending = instances.flatMap((instance) => Array.from({ length: 100 }, () => bioIn(instance, userId)));
      const sessions = async () => (await first.database.one<{ waiting: number }>(WAITING)).waiting;
      await pollUntil('a session waits', async () => (await sessions()) > 0);
      await sleep(OTHERS_HAVE_COME_MS);
      return { asked: pending, waiting: await sessions() };
    });
    expect(new Set(await Promise.all(requests.asked))).to.deep.equal(new Set(['']));
    expect(requests.waiting).to.equal(1);
    await Promise.all(instances.map((instance) => instance.stop()));
  });
});

describe('a service whose Redis goes away', function () {
  this.timeout(60_000);

  it('goes on, and returns current profiles', async function () {
    if (!redisThere()) skipWithout(this, 'Redis', 'install redis-server');
    const redis = await redisForTests();
    const running = await runningProfile({ REDIS_URL: redis.url });
    const userId = newUserId();
    await come(running, userId);
    await pollUntil('the new profile is readable', async () => (await bioIn(running, userId)) === '');
    redis.stop();
    expect(await bioIn(running, userId)).to.equal('');
    await send(running, userId, { type: 'DescribePerson', data: { change: { bio: 'without Redis' } } });
    await pollUntil('the change is visible', async () => (await bioIn(running, userId)) === 'without Redis');
    await running.stop();
  });
});
