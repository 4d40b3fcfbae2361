import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { form, awaitCounts, awaitSearchHit } from '@lego-moc/local/demo-steps';
import { GatewayProblem, type GatewayClient } from '@lego-moc/local/gateway-client';
import { webhookMessages } from '@lego-moc/moc-management/contracts/webhook-messages';
import { newWebhookReply } from '@lego-moc/moc-management/contracts/webhooks-api';
import { mocListReply, mocReply, type MocReply } from '@lego-moc/moc-management/contracts/http-api';
import { startReceiver, type WebhookReceiver } from '@lego-moc/testing/webhook-receiver';
import { skipOnGivenEventStore } from '@lego-moc/testing/real-component';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';
import { awaitCleanStorage } from './storage-tools.ts';
import { awaitConsistentState } from './stored-state.ts';

const samples = join(import.meta.dirname, '../../infra/local/samples');
const files = {
  instructions: join(samples, 'harbour-crane-instructions.pdf'),
  photo: join(samples, 'harbour-crane.png'),
  partsLists: [join(samples, 'harbour-crane-parts.xml')],
};

const VICTIMS = ['gateway', 'moc-management', 'file-storage', 'file-processing', 'search', 'postgres', 'event-store'];

/** How a patient client classifies an answer while services fail and recover. */
const PASSING: readonly number[] = [408, 429, 500, 502, 503, 504];
const isPassing = (error: unknown): boolean =>
  !(error instanceof GatewayProblem) || PASSING.includes(error.status) || error.code === 'request-in-progress';

const ASK_AGAIN_MS = 500;
/** Caps `Retry-After`: the upload of a lost sender expires later than this, and an earlier retry does no harm. */
const PATIENCE_MS = 5_000;

/** Retries with the same key until there is a final answer. */
const persistently = async <T>(ask: () => Promise<T>): Promise<T> => {
  const until = Date.now() + PLATFORM_WITHIN_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error) || Date.now() > until) throw error;
      const advisedMs = error instanceof GatewayProblem ? error.retryAfterMs : undefined;
      await sleep(Math.min(advisedMs ?? ASK_AGAIN_MS, PATIENCE_MS));
    }
  }
};

const patient = (gateway: GatewayClient): GatewayClient => ({
  get: (path, reply) => persistently(() => gateway.get(path, reply)),
  post: (path, body, reply, key) => persistently(() => gateway.post(path, body, reply, key)),
});

/** The part of the result that must not depend on which service was killed. */
const comparableState = ({ status, totalPieces, partsLists, files: mocFiles, theme, tags }: MocReply): unknown => ({
  ...{ status, totalPieces, theme, tags },
  partsLists: partsLists.map((list) => `${list.title} ${list.status} ${list.lots} ${list.pieces} ${list.unknownParts}`),
  files: mocFiles.map(({ kind, name, sha256, sizeBytes }) => `${kind} ${name} ${sizeBytes} ${sha256}`).toSorted(),
});

describe('creating a MOC while a service is killed', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let gateway: GatewayClient;
  let expectedState: unknown;
  let uploads = 0;
  let receiver: WebhookReceiver;

  const send = async (title: string): Promise<MocReply> => {
    const key = randomUUID();
    uploads += 1;
    return persistently(async () => gateway.post('/api/mocs/with-files', await form(title, files), mocReply, key));
  };
  const settle = async (draft: MocReply): Promise<MocReply> => {
    const [moc] = await Promise.all([awaitCounts(gateway, draft, () => undefined), awaitSearchHit(gateway, draft)]);
    return moc;
  };
  const expectUndisturbed = async (moc: MocReply): Promise<void> => {
    expect(comparableState(await settle(moc))).to.deep.equal(expectedState);
    const { mocs } = await gateway.get('/api/mocs?limit=100', mocListReply);
    expect(mocs.filter(({ title }) => title === moc.title)).to.have.lengthOf(1);
  };

  before(async () => {
    platform = await startPlatform();
    gateway = patient(await platform.signedInAs('ada'));
    receiver = await startReceiver();
    const webhook = { url: receiver.url, subject: { kind: 'own-mocs' }, events: ['moc.created'] };
    await gateway.post('/api/webhooks', webhook, newWebhookReply);
    expectedState = comparableState(await settle(await send('Undisturbed')));
  });
  after(() => platform.stop());

  for (const victim of VICTIMS) {
    it(`gives the same result when ${victim} dies in the middle of the upload`, async function () {
      if (victim === 'event-store') skipOnGivenEventStore(this, 'it kills the store');
      const upload = send(`Upload without ${victim}`);
      await sleep(150);
      await platform.killAndAwait(victim);
      await expectUndisturbed(await upload);
    });

    it(`gives the same result when ${victim} dies while parts are counted and the MOC is indexed`, async function () {
      if (victim === 'event-store') skipOnGivenEventStore(this, 'it kills the store');
      const moc = await send(`Reading without ${victim}`);
      await platform.killAndAwait(victim);
      await expectUndisturbed(moc);
    });
  }

  it('keeps everything that was acknowledged before the kills', async () => {
    const { mocs } = await gateway.get('/api/mocs?limit=100', mocListReply);

    expect(mocs).to.have.lengthOf(uploads);
    expect(new Set(mocs.map((moc) => JSON.stringify(comparableState(moc)))).size).to.equal(1);
  });

  const idsOfMessages = () => receiver.messages.map(({ headers }) => String(headers['webhook-id']));

  it('tells a webhook of every MOC', async () => {
    const { mocs } = await gateway.get('/api/mocs?limit=100', mocListReply);
    const mocIds = () =>
      new Set(receiver.messages.map(({ body }) => webhookMessages['moc.created'].parse(JSON.parse(body)).data.mocId));
    await pollUntil('the messages', () => mocs.every(({ mocId }) => mocIds().has(mocId)));
    expect(new Set(idsOfMessages()).size).to.equal(mocs.length);
  });

  it('sends a message again, under its id, when moc-management dies while it is sent', async () => {
    const count = receiver.messages.length;
    const arrival = new Promise<void>((resolve) => receiver.behave(() => resolve()));
    await send('Told twice');
    await arrival;
    receiver.behave(204);
    await platform.killAndAwait('moc-management');
    await pollUntil('the repetition', () => receiver.messages.length > count + 1);
    const [first, ...repetitions] = idsOfMessages().slice(count);
    expect(new Set(repetitions)).to.deep.equal(new Set([first]));
  });

  it('leaves no orphaned file behind', async () => {
    const { mocs } = await gateway.get('/api/mocs?limit=100', mocListReply);
    const attachedIds = mocs.flatMap((moc) => moc.files.map(({ fileId }) => fileId)).toSorted();
    expect((await awaitConsistentState(platform)).storedFiles.toSorted()).to.deep.equal(attachedIds);
    await awaitCleanStorage(platform);
  });
});
