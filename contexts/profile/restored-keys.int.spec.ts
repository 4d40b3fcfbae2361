import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { catchUp } from '@lego-moc/event-store/catch-up';
import { groupInfo } from '@lego-moc/event-store/persistent-groups';
import type { Cause } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { openDatabase, type Queries } from '@lego-moc/postgres/database';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { erasureLog } from './adapters/event-store/erasure-log.ts';
import { postgresErasureCheckpoint } from './adapters/vault/erasure-checkpoint.ts';
import { eraseUserData } from './application/erasure.ts';
import { eraseRestoredKeys } from './application/restored-keys.ts';
import { runningProfile, newUserId } from './testing/running-profile.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const cause = (): Cause => ({ commandId: newId(), correlationId: newId(), actor: 'spec' });
const goesOn = new AbortController().signal;

type Running = Awaited<ReturnType<typeof runningProfile>>;

const come = async ({ service }: Running): Promise<UserId> => {
  const userId = newUserId();
  const data = { userId, email: 'a@x.example', emailAsOf: noon, displayName: 'Ada', at: noon };
  await service.handle(userId, { type: 'OpenProfile', data }, cause());
  return userId;
};

const leave = ({ service }: Running, userId: UserId): Promise<void> =>
  service.erase({ userId, erasedAt: noon, because: 'asked' }, cause());

const backUp = async (db: Queries) => {
  await db.none('CREATE TABLE backup AS SELECT * FROM user_key');
  await db.none('CREATE TABLE backup_of_checkpoint AS SELECT * FROM erasure_checkpoint');
};
const restore = async (db: Queries) => {
  await db.none('DELETE FROM user_key');
  await db.none('INSERT INTO user_key SELECT * FROM backup');
  await db.none('DELETE FROM erasure_checkpoint');
  await db.none('INSERT INTO erasure_checkpoint SELECT * FROM backup_of_checkpoint');
};

const collect = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

/** Waits until the group has acknowledged the erasure: only a group that forgets delivers it again, as the store's restart makes it. */
const isHeardOf = async ({ client }: Running, userId: UserId): Promise<void> => {
  const source = { streamPrefixes: ['profile-'] };
  const erasures = await collect(catchUp(client, { source: { eventTypes: ['profile.UserErased'] }, from: 'start' }));
  const { position = 0n } = erasures.find(({ stream }) => stream === `profile-${userId}`) ?? {};
  expect(position > 0n).to.equal(true);
  await pollUntil('the erasures are handled', async () => {
    const { inFlight, lastCheckpointed = -1n } = (await groupInfo(client, 'profile-forgetting', source)) ?? {};
    return inFlight === 0 && lastCheckpointed >= position;
  });
};

const history = async ({ service }: Running, userId: UserId): Promise<readonly string[]> =>
  (await service.streams.read(userId)).events.map(({ type }) => type);

describe('restoring the database from a backup', function () {
  this.timeout(60_000);

  it('erases the restored keys of erased users, and no others, once', async () => {
    const running = await runningProfile();
    const { service, database, client } = running;
    const vault = service.vault;
    const [ada, bob, unborn] = [await come(running), await come(running), newUserId()];
    await vault.keyFor(unborn);
    await backUp(database);
    await leave(running, ada);
    await isHeardOf(running, ada);
    expect(await history(running, ada)).to.deep.equal(['UserErased']);

    await restore(database);
    expect(await history(running, ada)).to.deep.equal(['ProfileCreated', 'UserErased']);

    const checkpoint = postgresErasureCheckpoint(database);
    const erase = eraseUserData(service.userData);
    const run = eraseRestoredKeys({ log: erasureLog(client), checkpoint, vault, erase });
    expect([await run(goesOn), await run(goesOn)]).to.deep.equal([1, 0]);
    expect((await checkpoint.load()) ?? 0n).to.satisfy((position: bigint) => position > 0n);
    expect(await history(running, ada)).to.deep.equal(['UserErased']);
    expect(await vault.keyFor(ada)).to.equal(undefined);
    expect(await vault.withKey([ada, bob, unborn])).to.have.members([bob, unborn]);
    await running.stop();
  });

  it('erases restored keys when the service starts', async () => {
    const running = await runningProfile();
    const { env } = running;
    const ada = await come(running);
    await backUp(running.database);
    await leave(running, ada);
    await isHeardOf(running, ada);
    await running.stop();

    const db = openDatabase(env.DATABASE_URL, { schema: 'profile' });
    closeAfterAllTests(() => db.close());
    await restore(db);
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const log = text(child.stdout);
    const exit = once(child, 'exit');
    try {
      const keysOfAda = () => db.any('SELECT FROM user_key WHERE user_id = $1 AND wrapped IS NOT NULL', [ada]);
      await pollUntil('the key is erased', async () => (await keysOfAda()).length === 0, Boolean, 45_000);
    } finally {
      child.kill();
      await exit;
    }
    expect(await log).to.match(/erased again.*"users":1/);
  });
});

describe('the log of erasures', function () {
  this.timeout(60_000);

  it('lists 501 users in pages of 500, and stops when aborted', async () => {
    const running = await runningProfile();
    const userIds = Array.from({ length: 501 }, newUserId);
    const streams = running.service.sealed;
    for (const userId of userIds) {
      const data = { userId, erasedAt: noon, because: 'asked' } as const;
      await streams.append(userId, [{ type: 'UserErased', data }], 'no-stream', cause());
    }
    const erasures = erasureLog(running.client);
    const pages = await collect(erasures.erasedAfter('start', goesOn));
    expect(pages.length).to.be.above(1);
    expect(Math.max(...pages.map((page) => page.length))).to.equal(500);
    expect(pages.flat()).to.include.members(userIds);
    expect(await collect(erasures.erasedAfter('start', AbortSignal.abort()))).to.deep.equal([]);
    expect((await collect(erasures.erasedAfter(await erasures.end(), goesOn))).flat()).not.to.include.members(userIds);
    await running.stop();
  });
});
