import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { webhookSignature } from '@lego-moc/http/webhook-signature';
import { awaitCounts, uploadMoc } from '@lego-moc/local/demo-steps';
import { webhookMessages } from '@lego-moc/moc-management/contracts/webhook-messages';
import {
  newWebhookReply,
  webhookDeliveriesReply,
  webhookReply,
  webhookSecretReply,
  webhookTestReply,
} from '@lego-moc/moc-management/contracts/webhooks-api';
import { rowsContaining } from './persistent-state.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { json, requestsAs, type SendRequest } from './requests.ts';
import { startReceiver, type ReceivedMessage, type WebhookReceiver } from '@lego-moc/testing/webhook-receiver';

const SAMPLES = join(import.meta.dirname, '../../infra/local/samples');
const files = {
  instructions: join(SAMPLES, 'harbour-crane-instructions.pdf'),
  photo: join(SAMPLES, 'harbour-crane.png'),
  partsLists: [join(SAMPLES, 'harbour-crane-parts.xml')],
};
const ALL = ['moc.created', 'moc.published', 'moc.updated', 'moc.deleted', 'moc.commented', 'moc.liked'];

const typeOf = ({ body }: ReceivedMessage): string => (JSON.parse(body) as { type: string }).type;
const dataOf = ({ body }: ReceivedMessage) => (JSON.parse(body) as { data: Record<string, string> }).data;
const idOf = ({ headers }: ReceivedMessage) => String(headers['webhook-id']);

/** Whether a message has the form that is documented, and a signature of each secret. */
const expectGenuine = (message: ReceivedMessage, secrets: readonly string[]): void => {
  const { headers, body } = message;
  webhookMessages[typeOf(message) as keyof typeof webhookMessages].parse(JSON.parse(body));
  const timestamp = String(headers['webhook-timestamp']);
  const signatures = secrets.map((secret) => webhookSignature(secret, idOf(message), timestamp, Buffer.from(body)));
  expect(headers['webhook-signature']).to.equal(signatures.join(' '));
};

describe('webhooks about MOCs, through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let name: string;
  let ada: SendRequest;
  let bob: SendRequest;
  let receiver: WebhookReceiver;

  before(async () => {
    platform = await sharedPlatform();
  });
  beforeEach(async () => {
    name = `ada-${randomUUID()}`;
    ada = requestsAs(platform, name);
    bob = requestsAs(platform, `bob-${randomUUID()}`);
    receiver = await startReceiver();
  });

  const subscribe = async (send: SendRequest, subject: object, events = ALL, url = receiver.url) => {
    const reply = await send('/api/webhooks', json('POST', { url, subject, events }));
    expect(reply.status, await reply.clone().text()).to.equal(201);
    return newWebhookReply.parse(await reply.json());
  };
  const draft = async (): Promise<string> =>
    ((await (await ada('/api/mocs', json('POST', { title: `Crane ${randomUUID()}` }))).json()) as { mocId: string })
      .mocId;
  const publish = async (): Promise<string> => {
    const gateway = await platform.signedInAs(name);
    const { moc } = await uploadMoc(gateway, `Crane ${randomUUID()}`, files);
    const { mocId } = await awaitCounts(gateway, moc, () => undefined);
    await pollUntil(
      'The publication',
      async () => (await ada(`/api/mocs/${mocId}/publication`, { method: 'PUT' })).status,
      (status) => status < 300,
    );
    return mocId;
  };
  const untilReceived = (isIt: (message: ReceivedMessage) => boolean, from = receiver) =>
    pollUntil(
      'the message',
      () => from.messages.find(isIt),
      (message) => message !== undefined,
    ) as Promise<ReceivedMessage>;
  const deliveriesOf = async (send: SendRequest, webhookId: string, query = '') =>
    webhookDeliveriesReply.parse(await (await send(`/api/webhooks/${webhookId}/deliveries${query}`)).json()).deliveries;
  const comment = (send: SendRequest, mocId: string) =>
    send(`/api/mocs/${mocId}/comments`, json('POST', { text: 'A lovely boom' }));

  it('tell an owner everything, in order, signed, and a reader what readers see', async () => {
    const { webhookId, secret } = await subscribe(ada, { kind: 'own-mocs' });
    const mocId = await publish();
    const readers = await startReceiver();
    await subscribe(bob, { kind: 'moc', mocId }, ALL, readers.url);
    expect((await bob(`/api/mocs/${mocId}/like`, { method: 'PUT' })).status).to.equal(204);
    expect((await comment(bob, mocId)).status).to.equal(201);
    // A change of a published MOC stays its owner's.
    expect((await ada(`/api/mocs/${mocId}`, json('PATCH', { theme: 'Harbour' }))).status).to.equal(204);
    await untilReceived((message) => typeOf(message) === 'moc.liked');
    await untilReceived((message) => typeOf(message) === 'moc.commented', readers);
    const hiddenDraft = await draft();
    expect((await ada(`/api/mocs/${mocId}`, { method: 'DELETE' })).status).to.equal(204);

    await untilReceived((message) => typeOf(message) === 'moc.deleted');
    await untilReceived((message) => typeOf(message) === 'moc.deleted', readers);
    await untilReceived((message) => dataOf(message)['mocId'] === hiddenDraft);
    for (const message of receiver.messages) expectGenuine(message, [secret]);
    const ofMoc = receiver.messages.filter((message) => dataOf(message)['mocId'] === mocId);
    const types = ofMoc.map(typeOf);
    expect([types[0], new Set(types)]).to.deep.equal(['moc.created', new Set(ALL)]);
    const revisions = ofMoc.flatMap((message) => dataOf(message)['revision'] ?? []).map(Number);
    expect(revisions).to.deep.equal(revisions.toSorted((some, other) => some - other));

    const readersTypes = readers.messages.map(typeOf);
    expect(new Set(readersTypes)).to.deep.equal(new Set(['moc.liked', 'moc.commented', 'moc.deleted']));
    expect(readers.messages.map(({ body }) => body).join())
      .not.to.include('Harbour')
      .and.not.to.include(hiddenDraft);
    const log = await deliveriesOf(ada, webhookId, '?limit=100');
    expect(log.filter(({ state }) => state !== 'delivered')).to.deep.equal([]);
    expect(log.map(({ deliveryId }) => deliveryId)).to.have.members(receiver.messages.map(idOf));
  });

  it('tell followers of a builder of published MOCs, as long as they follow', async () => {
    const mocId = await publish();
    const builder = `/api/builders/${encodeURIComponent(devUserId(name))}/follow`;
    await pollUntil(
      'the builder',
      async () => (await bob(builder, { method: 'PUT' })).status,
      (status) => status === 204,
    );
    await subscribe(bob, { kind: 'builder', builderId: devUserId(name) });
    expect((await comment(bob, mocId)).status).to.equal(201);
    await untilReceived((message) => typeOf(message) === 'moc.commented');
    expect((await bob(builder, { method: 'DELETE' })).status).to.equal(204);
    expect((await comment(bob, mocId)).status).to.equal(201);
    const { webhookId } = await subscribe(bob, { kind: 'moc', mocId }, ['moc.deleted']);
    expect((await ada(`/api/mocs/${mocId}`, { method: 'DELETE' })).status).to.equal(204);
    await untilReceived((message) => typeOf(message) === 'moc.deleted');
    await pollUntil(
      'the log',
      () => deliveriesOf(bob, webhookId),
      ([delivery]) => delivery?.state === 'delivered',
    );
    expect(receiver.messages.map(typeOf)).to.deep.equal(['moc.commented', 'moc.deleted']);
  });

  it('repeat a message under its id until it is accepted, and follow no redirect', async () => {
    const { webhookId, secret } = await subscribe(ada, { kind: 'own-mocs' }, ['moc.created']);
    const target = await startReceiver();
    let count = 0;
    receiver.behave((response) => {
      count += 1;
      if (count === 1) response.writeHead(302, { location: target.url }).end();
      else response.writeHead(204).end();
    });
    await draft();
    const [delivery] = await pollUntil(
      'the second attempt',
      () => deliveriesOf(ada, webhookId),
      ([first]) => first?.state === 'delivered',
    );
    expect(delivery).to.deep.include({ attempts: 2, answerStatus: 204, failure: null });
    expect(target.messages).to.deep.equal([]);
    expect(receiver.messages.map(idOf)).to.deep.equal([delivery!.deliveryId, delivery!.deliveryId]);
    for (const message of receiver.messages) expectGenuine(message, [secret]);
  });

  it('end with a 410, show the reason, and go on and replay when they are enabled', async () => {
    const { webhookId } = await subscribe(ada, { kind: 'own-mocs' }, ['moc.created']);
    receiver.behave(410);
    const mocId = await draft();
    const read = async () => webhookReply.parse(await (await ada(`/api/webhooks/${webhookId}`)).json());
    const webhook = await pollUntil('the end', read, ({ status }) => status === 'disabled');
    expect(webhook.disabled?.reason).to.equal('receiver-gone');
    const laterId = await draft();
    const log = await pollUntil(
      'the missed one',
      () => deliveriesOf(ada, webhookId),
      (deliveries) => deliveries.length === 2,
    );
    expect(log.map(({ mocId: of, state }) => [of, state])).to.deep.equal([
      [laterId, 'missed'],
      [mocId, 'failed'],
    ]);

    receiver.behave(204);
    const replay = json('POST', { from: log[1]!.deliveryId });
    expect((await ada(`/api/webhooks/${webhookId}/replay`, replay)).status).to.equal(409);
    expect((await ada(`/api/webhooks/${webhookId}`, json('PATCH', { status: 'active' }))).status).to.equal(204);
    const reply = await ada(`/api/webhooks/${webhookId}/replay`, replay);
    expect([reply.status, await reply.json()]).to.deep.equal([202, { replayed: 2, next: null }]);
    await untilReceived((message) => dataOf(message)['mocId'] === laterId);
    expect(receiver.messages.map((message) => dataOf(message)['mocId'])).to.deep.equal([mocId, mocId, laterId]);
    expect(idOf(receiver.messages[0]!)).to.equal(idOf(receiver.messages[1]!));
  });

  it('can be tried, also with both secrets after a rotation', async () => {
    const { webhookId, secret } = await subscribe(ada, { kind: 'own-mocs' });
    const rotation = await ada(`/api/webhooks/${webhookId}/secret-rotations`, { method: 'POST' });
    const next = webhookSecretReply.parse(await rotation.json());
    expect((await ada(`/api/webhooks/${webhookId}`, json('PATCH', { status: 'disabled' }))).status).to.equal(204);
    const reply = await ada(`/api/webhooks/${webhookId}/test`, { method: 'POST' });
    expect(reply.status).to.equal(202);
    const { deliveryId } = webhookTestReply.parse(await reply.json());
    const message = await untilReceived((candidate) => idOf(candidate) === deliveryId);
    expectGenuine(message, [next.secret, secret]);
    const rows = await rowsContaining(platform, [secret, next.secret, receiver.url]);
    expect(rows).to.deep.equal([]);
  });

  it('make nobody wait for receivers that hang', async () => {
    const hanging = await startReceiver();
    hanging.behave(() => undefined);
    const mallory = requestsAs(platform, `mallory-${randomUUID()}`);
    for (let at = 0; at < 10; at += 1) await subscribe(mallory, { kind: 'own-mocs' }, ['moc.created'], hanging.url);
    await subscribe(ada, { kind: 'own-mocs' }, ['moc.created']);
    expect((await mallory('/api/mocs', json('POST', { title: `Crane ${randomUUID()}` }))).status).to.equal(201);
    await untilReceived(() => true, hanging);
    const mocId = await draft();
    await untilReceived((message) => dataOf(message)['mocId'] === mocId);
    expect(hanging.messages.length).to.be.at.most(2);
  });

  it('are erased with their user, with URL, secret and log', async () => {
    const { webhookId } = await subscribe(ada, { kind: 'own-mocs' }, ['moc.created']);
    await draft();
    await untilReceived(() => true);
    expect((await ada('/api/users/me')).status).to.be.oneOf([200, 201]);
    expect((await ada('/api/users/me', { method: 'DELETE' })).status).to.equal(204);
    await pollUntil(
      'the erasure',
      () => rowsContaining(platform, [webhookId]),
      (rows) => rows.length === 0,
    );
  });
});
