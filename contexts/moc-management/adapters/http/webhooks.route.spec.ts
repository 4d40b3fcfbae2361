import { expect } from 'chai';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import { reject } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import type { VersionsOf } from '../../application/version-reading.ts';
import { sweepSealedValues, webhooksId, webhooksOfUsers } from '../../application/webhooks/webhooks-of-users.ts';
import type { NewWebhook } from '../../application/webhooks/webhooks-of-users.ts';
import type { WebhookEvent, WebhookId } from '../../domain/webhook-events.ts';
import { WEBHOOKS_MAX } from '../../domain/webhooks.ts';
import { now } from '../../testing/api-for-tests.ts';
import { memorySealedValues } from '../../testing/memory-sealed-values.ts';
import { urlRefusal } from '../receivers/url-refusal.ts';
import { CONTRACTS } from './contracts.ts';
import { webhookRoutes, webhookSecretRoutes } from './webhooks.route.ts';

const signIn: RequestHandler = (incoming, _response, next) => {
  setCaller(incoming, { user: { id: (incoming.get('x-test-user') ?? 'ada') as UserId, roles: [] } });
  next();
};

const MOC = newId();
const OWN_MOCS = { url: 'https://example.com/hooks', subject: { kind: 'own-mocs' }, events: ['moc.commented'] };

type WebhookBody = { readonly webhookId: string; readonly secret: string; readonly status: string };

/** Everybody sees one MOC, and follows Bob. */
const begin = () => {
  const streams = inMemoryStreams<WebhookEvent>('mocWebhooks', now);
  const values = memorySealedValues();
  let secrets = 0;
  const deliveries = { forget: () => Promise.resolve(), forgetAllOf: () => Promise.resolve() };
  const webhooks = webhooksOfUsers({
    ...{ streams, values, deliveries },
    newSecret: () => `whsec_${String((secrets += 1))}`,
    now,
  });
  const dependencies = {
    webhooks,
    versions: {
      mocOf: (mocId: string) =>
        Promise.resolve(mocId === MOC ? ({} as VersionsOf) : reject('moc-not-found' as const, 'There is no such MOC.')),
    },
    interests: { isShown: (_user: UserId, _kind: string, target: string) => Promise.resolve(target === 'bob') },
    urlRefusal: urlRefusal('public'),
    awaitMatching: () => Promise.resolve(),
  };
  const app = createApi({
    service: 'moc-management',
    logger: silentLogger,
    metrics: createMetrics('moc-management', { processMetrics: false }),
    contracts: CONTRACTS,
    checkReplies: true,
    routes: [signIn, webhookSecretRoutes(dependencies), webhookRoutes(dependencies)],
  });
  const ask = (method: 'get' | 'post' | 'patch' | 'delete', path = '', body?: object, key = newId()) =>
    request(app)[method](`/v1/webhooks${path}`).set('idempotency-key', key).send(body);
  const add = async (body: object = OWN_MOCS, key = newId()) =>
    (await ask('post', '', body, key).expect(201)).body as WebhookBody;
  const read = async (webhookId: string) => (await ask('get', `/${webhookId}`).expect(200)).body as object;
  return { app, ask, add, read, values, webhooks, streams };
};

const codeOf = ({ body }: { readonly body: unknown }): unknown =>
  (body as { type?: string }).type?.replace('urn:lego-moc:problem:', '');

describe('the routes of webhooks', () => {
  it('show the secret in the reply to the creation only, and the same one under the same key', async () => {
    const { ask, add, read, streams } = begin();
    const key = newId();
    const first = await add(OWN_MOCS, key);
    expect(first.secret).to.equal('whsec_1');
    expect(await add(OWN_MOCS, key)).to.deep.equal(first);
    const { secret, ...shown } = first;
    expect(await read(first.webhookId)).to.deep.equal(shown);
    expect((await ask('get').expect(200)).body).to.deep.equal({ webhooks: [shown] });
    const other = await ask('post', '', { ...OWN_MOCS, url: 'https://example.com/other' }, key).expect(422);
    expect(codeOf(other)).to.equal('idempotency-key-reused');
    const streamText = JSON.stringify((await streams.read(webhooksId('ada' as UserId))).events);
    expect(streamText).not.to.include(secret).and.not.to.include('example.com');
  });

  it('refuse URLs that are not public, and subjects that the caller does not see or follow', async () => {
    const { ask } = begin();
    const privateUrl = { ...OWN_MOCS, url: 'https://169.254.169.254/latest/meta-data' };
    expect(codeOf(await ask('post', '', privateUrl).expect(422))).to.equal('webhook-url-refused');
    const subjects = [
      { kind: 'moc', mocId: newId() },
      { kind: 'builder', builderId: 'eve' },
    ];
    for (const subject of subjects)
      expect(codeOf(await ask('post', '', { ...OWN_MOCS, subject }).expect(422))).to.equal('webhook-subject-not-found');
    for (const body of [{ ...OWN_MOCS, events: [] }, { ...OWN_MOCS, events: ['moc.liked', 'moc.liked'] }, { url: 'x' }])
      await ask('post', '', body).expect(400);
    for (const subject of [
      { kind: 'moc', mocId: MOC },
      { kind: 'builder', builderId: 'bob' },
    ])
      await ask('post', '', { ...OWN_MOCS, subject }).expect(201);
  });

  it('change URL, events and status, and refuse a URL that is not public', async () => {
    const { ask, add, read, values } = begin();
    const { webhookId } = await add();
    const request = { url: 'https://example.com/moved', events: ['moc.liked'], status: 'disabled' };
    for (let times = 0; times < 2; times += 1) await ask('patch', `/${webhookId}`, request).expect(204);
    expect(await read(webhookId)).to.deep.include({ ...request, disabled: { reason: 'owner', since: now() } });
    await ask('patch', `/${webhookId}`, { status: 'active' }).expect(204);
    expect(await read(webhookId)).to.deep.include({ status: 'active', disabled: null });
    await ask('patch', `/${webhookId}`, { url: 'http://example.com/' }).expect(422);
    expect(values.ids()).to.have.length(2);
  });

  it('rotate the secret, the same for the same key, and say until when the former one is used', async () => {
    const { ask, add, read, values } = begin();
    const { webhookId } = await add();
    const key = newId();
    const rotations = await Promise.all(
      [1, 2].map(
        async () =>
          (await ask('post', `/${webhookId}/secret-rotations`, undefined, key).expect(201)).body as WebhookBody,
      ),
    );
    expect(rotations[0]).to.deep.equal(rotations[1]);
    expect(rotations[0]).to.include({ webhookId, formerSecretEndsAt: '2026-01-02T12:00:00.000Z' });
    expect(await read(webhookId)).to.include({ formerSecretEndsAt: '2026-01-02T12:00:00.000Z' });
    await ask('post', `/${webhookId}/secret-rotations`).expect(201);
    expect(values.ids(), 'URL and two secrets').to.have.length(3);
  });

  it('remove one with what was sealed for it, and refuse one too many', async () => {
    const { ask, add, values } = begin();
    const all = [];
    for (let at = 0; at < WEBHOOKS_MAX; at += 1) all.push(await add());
    expect(codeOf(await ask('post', '', OWN_MOCS).expect(409))).to.equal('too-many-webhooks');
    for (let times = 0; times < 2; times += 1) await ask('delete', `/${all[0]!.webhookId}`).expect(204);
    expect(values.ids()).to.have.length(2 * WEBHOOKS_MAX - 2);
    await ask('get', `/${all[0]!.webhookId}`).expect(404);
    await add();
  });

  it('find nothing of another user', async () => {
    const { app, ask, add } = begin();
    const { webhookId } = await add();
    const asEve = (method: 'get' | 'patch' | 'delete' | 'post', path: string) => {
      const place = `/v1/webhooks/${webhookId}${path}`;
      return request(app)[method](place).set('x-test-user', 'eve').send({});
    };
    for (const [method, path] of [
      ['get', ''],
      ['patch', ''],
      ['delete', ''],
      ['post', '/secret-rotations'],
    ] as const)
      await asEve(method, path).expect(404);
    await ask('get', `/${webhookId}`).expect(200);
  });
});

describe('sealed values of webhooks', () => {
  it('are removed with their user, and swept when no webhook names them', async () => {
    const { webhooks, values } = begin();
    const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'ada' });
    const ada = 'ada' as UserId;
    const request: NewWebhook = {
      url: 'https://example.com/',
      subject: { kind: 'own-mocs' },
      eventTypes: ['moc.liked'],
    };
    const addition = await webhooks.add(ada, request, cause());
    const orphan = newId() as never;
    await values.put(ada, orphan, 'of a change that broke off');
    await sweepSealedValues(values, webhooks.latest)();
    expect(values.ids()).to.have.length(2).and.not.include(orphan);

    await webhooks.erase(ada, now(), cause());
    expect(values.ids()).to.deep.equal([]);
    expect(await webhooks.add(ada, request, cause())).to.include({ rejected: 'user-erased' });
    expect(values.ids()).to.deep.equal([]);
    const webhookId = (addition as { webhookId: WebhookId }).webhookId;
    expect(await webhooks.rotate(ada, webhookId, cause())).to.include({ rejected: 'webhook-not-found' });
  });
});
