import { expect } from 'chai';
import type { Express } from 'express';
import request from 'supertest';
import type { OwnProfile } from '../../contracts/http-api.ts';
import { NOON, profileService, WEBHOOK_SECRET } from '../../testing/profile-service.ts';
import { webhookSignature } from '@lego-moc/http/webhook-signature';

const urn = (code: string) => `urn:lego-moc:problem:${code}`;
const AT_NOON = String(Date.parse(NOON) / 1_000);

type Delivery = { readonly at?: string; readonly id?: string; readonly sentAt?: string };

const deliver = (app: Express, type: string, data: object, delivery: Delivery = {}) => {
  const { at = NOON, id = `${type} ${at}`, sentAt = AT_NOON } = delivery;
  const body = JSON.stringify({ type, timestamp: at, data });
  return request(app)
    .post('/v1/identity-events')
    .set('x-test-user', 'nobody')
    .set('content-type', 'application/json')
    .set('webhook-id', id)
    .set('webhook-timestamp', sentAt)
    .set('webhook-signature', webhookSignature(WEBHOOK_SECRET, id, sentAt, Buffer.from(body)))
    .send(body);
};

const bob = (app: Express) => request(app).get('/v1/users/me').set('x-test-user', 'bob');
const emailOf = async (app: Express): Promise<string | null> => ((await bob(app).expect(200)).body as OwnProfile).email;

describe('POST /v1/identity-events', () => {
  it('creates a profile for a registered user, under their name', async () => {
    const { app } = profileService();
    await deliver(app, 'user.registered', { userId: 'bob', email: 'b@x.example', displayName: 'Bob' }).expect(204);
    expect((await bob(app).expect(200)).body).to.include({ displayName: 'Bob', email: 'b@x.example' });
  });

  it('changes nothing when it is repeated', async () => {
    const { app, streams } = profileService();
    const register = () => deliver(app, 'user.registered', { userId: 'bob', email: 'b@x.example' }).expect(204);
    await register();
    await Promise.all([register(), register()]);
    expect((await streams.read('bob')).events).to.have.length(1);
  });

  it('keeps the newest address, in whatever order reports arrive', async () => {
    const { app } = profileService();
    const changeEmail = (email: string, at: string) =>
      deliver(app, 'user.email-changed', { userId: 'bob', email }, { at }).expect(204);
    await changeEmail('third@x.example', '2026-01-01T11:03:00Z');
    await changeEmail('second@x.example', '2026-01-01T12:02:00+01:00');
    await deliver(
      app,
      'user.registered',
      { userId: 'bob', email: 'first@x.example' },
      { at: '2026-01-01T11:01:00Z' },
    ).expect(204);
    expect(await emailOf(app)).to.equal('third@x.example');
  });

  it('replaces the address that the user’s first token had', async () => {
    const { app } = profileService();
    expect(await emailOf(app)).to.equal('bob@bricks.example');
    await deliver(
      app,
      'user.email-changed',
      { userId: 'bob', email: 'new@x.example' },
      { at: '2025-12-31T12:00:00Z' },
    ).expect(204);
    expect(await emailOf(app)).to.equal('new@x.example');
  });

  it('erases a deleted user, and no late report restores them', async () => {
    const { app, vault } = profileService();
    await bob(app).expect(200);
    await deliver(app, 'user.deleted', { userId: 'bob' }).expect(204);
    await deliver(app, 'user.deleted', { userId: 'bob' }, { id: 'again' }).expect(204);
    await deliver(app, 'user.registered', { userId: 'bob', email: 'b@x.example' }).expect(204);
    await bob(app).expect(410);
    expect(await vault.keyFor('bob' as never)).to.equal(undefined);
  });

  it('refuses a message that is unsigned, wrongly signed, or replayed later', async () => {
    const { app, streams } = profileService();
    const send = () => deliver(app, 'user.registered', { userId: 'bob', email: null });
    for (const [delivery, code] of [
      [send().unset('webhook-signature'), 'webhook-unsigned'],
      [send().set('webhook-signature', 'v1,AAAA'), 'webhook-signature-wrong'],
      [send().set('webhook-id', 'another'), 'webhook-signature-wrong'],
      [
        deliver(app, 'user.registered', { userId: 'bob', email: null }, { sentAt: String(Number(AT_NOON) - 301) }),
        'webhook-expired',
      ],
    ] as const)
      expect((await delivery.expect(401)).body).to.include({ type: urn(code) });
    expect((await streams.read('bob')).events).to.have.length(0);
  });

  it('answers 400 to an unknown or malformed message', async () => {
    const { app } = profileService();
    await deliver(app, 'user.promoted', { userId: 'bob' }).expect(400);
    await deliver(app, 'user.registered', { userId: 'b/o/b', email: null }).expect(400);
    await deliver(app, 'user.registered', { userId: 'bob', email: 'no address' }).expect(400);
  });

  it('refuses a name that PostgreSQL cannot store, however it is written', async () => {
    const { app, streams } = profileService();
    const withName = (displayName: string) => ({ userId: 'bob', email: null, displayName });
    for (const unkeepable of ['half \ud83e', 'zero \0'])
      await deliver(app, 'user.registered', withName(unkeepable)).expect(400);
    const notUtf8 = Buffer.concat([
      Buffer.from('{"type":"user.registered","timestamp":"2026-01-01T12:00:00Z","data":{"userId":"bob","email":null,'),
      Buffer.from('"displayName":"\xff"}}', 'latin1'),
    ]);
    const reply = await request(app)
      .post('/v1/identity-events')
      .set({ 'content-type': 'application/json', 'webhook-id': 'm', 'webhook-timestamp': AT_NOON })
      .set('webhook-signature', webhookSignature(WEBHOOK_SECRET, 'm', AT_NOON, notUtf8))
      .serialize((body: unknown) => body as string)
      .send(notUtf8);
    expect(reply.status).to.equal(400);
    expect((await streams.read('bob')).events).to.have.length(0);
  });
});
