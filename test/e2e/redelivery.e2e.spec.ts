import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { EventStoreDBClient, FORWARDS, START } from '@eventstore/db-client';
import { pollUntil } from '@lego-moc/application/poll-until';
import { skipOnGivenEventStore } from '@lego-moc/testing/real-component';
import { eventStoreUrl } from './event-store-url.ts';
import { rowsContaining, storedObjects } from './persistent-state.ts';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';

const BUILDERS = ['ada', 'bob', 'cleo'];
const CAUGHT_UP_WITHIN_MS = 60_000;
/** How many checks in a row must find nothing waiting: a new group has not read anything yet. */
const QUIET_LOOKS = 5;
const LIST =
  '<INVENTORY><ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>11</COLOR><MINQTY>4</MINQTY></ITEM></INVENTORY>';
/** Columns and tables about when something ran, not about its result, and copies that are read anew when they are needed. */
const VOLATILE = /projection_registry|idempotency|schema_migrations|file_processing\.attempt:|inventory\.list_lots:/;
const PHOTOGRAPH = readFileSync(join(import.meta.dirname, '../../infra/local/samples/harbour-crane.png'));

/** Lines that are there only before, and only after. */
const changes = (before: readonly string[], after: readonly string[]) => ({
  missing: before.filter((line) => !after.includes(line)),
  added: after.filter((line) => !before.includes(line)),
  count: after.length - before.length,
});
const NO_CHANGE: ReturnType<typeof changes> = { missing: [], added: [], count: 0 };

const expectSuccess = async (reply: Response): Promise<void> => {
  expect(reply.ok, await reply.text()).to.equal(true);
};

describe('delivering everything again after the event store forgot its groups', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  // What it creates is there the second time.
  this.retries(0);
  let platform: TestPlatform;
  let store: EventStoreDBClient;

  before(async function () {
    skipOnGivenEventStore(this, 'it kills the store and deletes every group of it');
    platform = await startPlatform();
    store = EventStoreDBClient.connectionString(eventStoreUrl(platform));
  });
  after(async () => {
    await (store as EventStoreDBClient | undefined)?.dispose();
    await (platform as TestPlatform | undefined)?.stop();
  });

  const ask = async (name: string, method: string, path: string, body?: FormData | object): Promise<Response> => {
    const isForm = body instanceof FormData;
    return fetch(`${platform.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await platform.token(name)}`,
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
  };

  const useEverything = async (name: string): Promise<void> => {
    for (const number of [1, 2]) {
      const form = new FormData();
      form.set('title', `Crane ${number} of ${name}`);
      form.set('instructionsFile', new Blob(['%PDF-1.4\n%%EOF\n'], { type: 'application/pdf' }), 'steps.pdf');
      form.append('partsLists', new Blob([LIST]), 'parts.xml');
      const upload = await ask(name, 'POST', '/api/mocs/with-files', form);
      expect(upload.status, await upload.clone().text()).to.equal(201);
      const { mocId } = (await upload.json()) as { mocId: string };
      const change = await ask(name, number === 1 ? 'PATCH' : 'DELETE', `/api/mocs/${mocId}`, { description: 'New' });
      expect(change.ok).to.equal(true);
    }
    const images = await Promise.all(
      [1, 2].map(async (number) => {
        const form = new FormData();
        form.set('title', `Photograph ${number}`);
        form.set('visibility', 'public');
        form.set('image', new Blob([new Uint8Array(PHOTOGRAPH)]), 'crane.png');
        const upload = await ask(name, 'POST', '/api/images', form);
        expect(upload.status, await upload.clone().text()).to.equal(201);
        return ((await upload.json()) as { imageId: string }).imageId;
      }),
    );
    const album = await ask(name, 'POST', '/api/albums', { title: 'Cranes' });
    const { albumId } = (await album.json()) as { albumId: string };
    await expectSuccess(await ask(name, 'POST', `/api/albums/${albumId}/images`, { imageIds: images }));
    await expectSuccess(await ask('finn', 'POST', `/api/images/${images[0]}/flags`, { reason: 'other' }));
    await expectSuccess(await ask(name, 'DELETE', `/api/images/${images[1]}`));

    const wishes = await Promise.all(
      ['Castle', 'Explorer'].map(async (title) => {
        const reply = await ask(name, 'POST', '/api/wishlist', { title });
        return ((await reply.json()) as { itemId: string }).itemId;
      }),
    );
    expect((await ask(name, 'PUT', '/api/wishlist/order', { order: wishes.toReversed() })).ok).to.equal(true);
    expect((await ask(name, 'DELETE', `/api/wishlist/${wishes[0]}`)).ok).to.equal(true);
    expect((await ask(name, 'PATCH', '/api/users/me', { displayName: `The real ${name}` })).ok).to.equal(true);
  };

  /** Parts lists are counted and images have their renditions. */
  const awaitProcessed = async (name: string): Promise<void> => {
    const read = async (): Promise<string> =>
      (await (await ask(name, 'GET', '/api/mocs')).text()) + (await (await ask(name, 'GET', '/api/images')).text());
    await pollUntil(`Everything of ${name} is processed`, read, (text) => !/"(processing|pending)"/.test(text));
  };

  const log = async (): Promise<readonly string[]> => {
    const events: string[] = [];
    for await (const { event } of store.readAll({ direction: FORWARDS, fromPosition: START }))
      if (event !== undefined && !event.streamId.startsWith('$'))
        events.push(JSON.stringify([event.streamId, String(event.revision), event.id, event.type, event.data]));
    return events;
  };

  const tables = async (): Promise<readonly string[]> =>
    (await rowsContaining(platform, [''])).filter((row) => !VOLATILE.test(row)).toSorted();

  /** Resolves once each of `count` groups has handled all its messages. */
  const awaitCaughtUp = async (count: number): Promise<void> => {
    let quietLooks = 0;
    await pollUntil(
      'Every group is live and has nothing waiting',
      async () => {
        const groups = await store.listAllPersistentSubscriptions();
        const waiting = groups.map(
          ({ stats }) => stats.readBufferCount + stats.retryBufferCount + stats.totalInFlightMessages,
        );
        const isQuiet = groups.length >= count && waiting.every((messages) => messages === 0);
        quietLooks = isQuiet ? quietLooks + 1 : 0;
        return quietLooks;
      },
      (looks) => looks >= QUIET_LOOKS,
      CAUGHT_UP_WITHIN_MS,
    );
  };

  it('stores nothing twice and changes no read model', async () => {
    await Promise.all(BUILDERS.map(useEverything));
    await Promise.all(BUILDERS.map(awaitProcessed));
    const groups = await store.listAllPersistentSubscriptions();
    await awaitCaughtUp(groups.length);
    const before = { log: await log(), tables: await tables(), objects: storedObjects(platform) };
    expect(before.log.filter((event) => event.startsWith('["integration-'))).to.not.be.empty;

    await platform.killAndAwait('event-store');
    for (const { eventSource, groupName } of groups)
      await (eventSource === '$all'
        ? store.deletePersistentSubscriptionToAll(groupName)
        : store.deletePersistentSubscriptionToStream(eventSource, groupName));
    await awaitCaughtUp(groups.length);

    expect(changes(before.log, await log())).to.deep.equal(NO_CHANGE);
    expect(changes(before.tables, await tables())).to.deep.equal(NO_CHANGE);
    expect(changes(before.objects, storedObjects(platform))).to.deep.equal(NO_CHANGE);
  });
});
