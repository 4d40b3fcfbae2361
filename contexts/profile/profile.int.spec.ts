import { Readable } from 'node:stream';
import { expect } from 'chai';
import { integrationEnvelope } from '@lego-moc/event-store/integration-events';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Cause } from '@lego-moc/application/event-streams';
import { PROFILE_EVENTS, profilePayload } from './contracts/integration-events.ts';
import { runningProfile, newUserId } from './testing/running-profile.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const cause = (): Cause => ({ commandId: newId(), correlationId: newId(), actor: 'spec' });

type Running = Awaited<ReturnType<typeof runningProfile>>;

const CANARY = {
  displayName: 'Canarina Goldfeather',
  bio: 'sings in the canarymine',
  email: 'canary@goldfeather.example',
};
const leaks = /canar|goldfeather/i;

const come = async ({ service }: Running, userId: UserId): Promise<void> => {
  const handle = service.handle;
  const { email, displayName, bio } = CANARY;
  const data = { userId, email, emailAsOf: noon, displayName, at: noon };
  await handle(userId, { type: 'OpenProfile', data }, cause());
  await handle(userId, { type: 'DescribePerson', data: { change: { bio } } }, cause());
};

const rowOf = ({ database }: Running, userId: UserId) =>
  database.oneOrNone<Record<string, unknown>>('SELECT * FROM profiles WHERE id = $1', [userId]);

const bytesOf = async ({ client }: Running, stream: string): Promise<string> => {
  let bytes = '';
  for await (const { event } of client.readStream(stream))
    bytes += JSON.stringify(event?.data) + JSON.stringify(event?.metadata);
  return bytes;
};

const readIntegrationEvents = async ({ client }: Running, userId: UserId) => {
  const events = [];
  for await (const { event } of client.readStream(PROFILE_EVENTS)) {
    const { eventType, subject, revision, payload } = integrationEnvelope(profilePayload).parse(event?.data);
    if (subject === userId) events.push({ eventType, revision, payload });
  }
  return events;
};

describe('a profile on a real event store and a real PostgreSQL', function () {
  this.timeout(60_000);
  let running: Running;
  before(async () => {
    running = await runningProfile();
  });
  after(() => running.stop());

  it('is read from the read model as it was written', async () => {
    const userId = newUserId();
    await come(running, userId);
    await pollUntil('the row is followed', async () => (await rowOf(running, userId))?.['revision'] === 1n);
    const profile = (await running.service.reader.profiles([userId])).get(userId);
    expect(profile).to.deep.include({ userId, email: CANARY.email, revision: 1n });
    expect(profile?.person).to.include({ displayName: CANARY.displayName, bio: CANARY.bio });
  });

  it('leaves nothing personal in events, integration events, tables or logs', async () => {
    const userId = newUserId();
    await come(running, userId);
    await pollUntil('the row is there', async () => (await rowOf(running, userId)) !== null);
    const integrationEvents = await pollUntil(
      'two integration events are published',
      () => readIntegrationEvents(running, userId).catch(() => []),
      ({ length }) => length >= 2,
    );
    expect(integrationEvents.map(({ eventType }) => eventType)).to.have.members(['profile.created', 'profile.updated']);
    const storedText = (await bytesOf(running, `profile-${userId}`)) + (await bytesOf(running, PROFILE_EVENTS));
    expect(storedText).to.include('sealed').and.not.to.match(leaks);
    const tables = await running.database.any('SELECT * FROM profiles');
    expect(
      JSON.stringify(tables, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.to.match(leaks);
    expect(running.logged()).not.to.match(leaks);
  });

  it('is deleted everywhere once its user is erased', async () => {
    const userId = newUserId();
    await come(running, userId);
    const reader = running.service.reader;
    const before = await running.service.vault.keyFor(userId);
    expect((await reader.profiles([userId])).size + (await reader.latest(userId)).profile.status.length).to.be.above(0);

    await running.service.erase({ userId, erasedAt: noon, because: 'asked' }, cause());

    expect((await reader.profiles([userId])).size).to.equal(0);
    expect((await reader.latest(userId)).profile).to.deep.equal({ status: 'erased' });
    await pollUntil('the row is removed', async () => (await rowOf(running, userId)) === null);
    const row = await running.database.one<object>(
      `SELECT person, email, preferences FROM profiles_${await generation(running)} WHERE id = $1`,
      [userId],
    );
    expect(row).to.deep.equal({ person: null, email: null, preferences: null });
    const key = await running.database.one<object>('SELECT wrapped FROM user_key WHERE user_id = $1', [userId]);
    expect([before === undefined, key]).to.deep.equal([false, { wrapped: null }]);
    const erasure = await pollUntil('the erasure is published', async () =>
      (await readIntegrationEvents(running, userId)).find(({ eventType }) => eventType === 'user.erased'),
    );
    expect(erasure?.payload).to.deep.equal({ status: 'erased', userId, erasedAt: noon });
  });

  it('rejects a write that was read before the erasure', async () => {
    const userId = newUserId();
    await come(running, userId);
    await running.service.vault.destroy(userId);
    const late = running.service.streams.append(
      userId,
      [{ type: 'EmailNoted', data: { asOf: noon, personal: { email: 'late@x.example' } } }],
      1n,
      cause(),
    );
    expect(await late.catch((error: unknown) => (error as Error).name)).to.equal('StreamMoved');
  });

  it('is deleted by the subscription when the erasing process dies', async () => {
    const userId = newUserId();
    await come(running, userId);
    const { service, database } = running;
    const avatars = service.avatars;
    await avatars.put(userId, newId(), new Map([[64, Buffer.from('a picture')]]));
    await database.none(
      `INSERT INTO idempotency_key (actor, key, fingerprint, claim_id, claimed_at, reply)
       VALUES ($1, 'a-key', 'a', $2, now(), '{"body":"Canarina"}')`,
      [userId, newId()],
    );
    const remains = async () => ({
      key: await service.vault.keyFor(userId),
      pictures: await Readable.from(avatars.all(userId)).reduce((count: number) => count + 1, 0),
      replies: (await database.any('SELECT 1 FROM idempotency_key WHERE actor = $1', [userId])).length,
    });
    expect(await remains()).to.deep.include({ pictures: 1, replies: 1 });

    const data = { userId, erasedAt: noon, because: 'asked' } as const;
    await service.handle(userId, { type: 'EraseUser', data }, cause());
    await pollUntil('everything personal is deleted', async () => {
      const { key, pictures, replies } = await remains();
      return key === undefined && pictures + replies === 0;
    });
  });
});

const generation = async ({ database }: Running): Promise<string> =>
  String(
    (await database.one<{ generation: number }>("SELECT generation FROM projection WHERE name = 'profiles'"))
      .generation,
  );
