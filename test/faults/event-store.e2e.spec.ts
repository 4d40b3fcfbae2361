import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { adminUrl } from '@lego-moc/embedded-postgres/admin';
import { portOf } from '@lego-moc/local/registry';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { asAdmin } from '@lego-moc/postgres/provision';
import { skipOnGivenEventStore } from '@lego-moc/testing/real-component';
import { listReply } from '@lego-moc/wishlist/contracts/http-api';
import { PLATFORM_WITHIN_MS } from '../e2e/platform.ts';
import { awaitCleanStorage } from '../e2e/storage-tools.ts';
import { allOperations, nameOf, requestFor, type Operation } from './operations.ts';
import {
  askingAs,
  expectTryLater,
  faultyPlatform,
  type Answer,
  type Ask,
  type FaultyPlatform,
} from './faulty-platform.ts';

const MUTATING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** Values for the parameters of all paths: of things that nobody has made, since whether there are any is for the store to say. */
const unknownIds = (operations: readonly Operation[]): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(operations.flatMap(({ params }) => params).map((name) => [name, randomUUID()])),
  userId: 'me',
  version: '1',
});

const READS = ['/api/wishlist', '/api/mocs', '/api/search?q=crane', '/api/catalogue'];

describe('losing the event store', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: FaultyPlatform;
  let ask: Ask;

  const wish = (title: string, key: string): Promise<Answer> =>
    ask('/api/wishlist', { method: 'POST', body: { title }, key });
  const moc = (title: string, key: string): Promise<Answer> =>
    ask('/api/mocs', { method: 'POST', body: { title }, key });

  const titles = async (): Promise<readonly string[]> => {
    const { status, text } = await ask('/api/wishlist');
    return status === 200 ? listReply.parse(JSON.parse(text)).items.map(({ title }) => title) : [];
  };
  const untilListed = (title: string): Promise<readonly string[]> =>
    pollUntil(`${title} on the list`, titles, (all) => all.includes(title));

  /** Without a row of its own a list is read from its stream. */
  const untilReadModelHas = (title: string): Promise<unknown> =>
    asAdmin(adminUrl(platform.dataDir, portOf(platform.ports, 'postgres')), (admin) =>
      pollUntil(
        'The row of the list',
        () => admin.any('SELECT id FROM wishlist.wishlists AS list WHERE list::text LIKE $1', [`%${title}%`]),
        (rows) => rows.length === 1,
      ),
    );

  before(async function () {
    skipOnGivenEventStore(this, 'it freezes and kills the store');
    platform = await faultyPlatform();
    ask = await askingAs(platform, 'event-store-faults');
    expect((await wish('Before the store was lost', randomUUID())).status).to.equal(201);
    await untilReadModelHas('Before the store was lost');
  });

  const again = async (send: () => Promise<Answer>): Promise<Answer> =>
    pollUntil('The second try', send, ({ status }) => status !== 409 && status !== 503);

  it('refuses writes and serves reads while it hangs; a refused write happens once when it is sent again', async () => {
    const store = platform.children.get('event-store')!;
    const keys = [randomUUID(), randomUUID()] as const;
    store.kill('SIGSTOP');
    try {
      const [wishAnswer, mocAnswer, ...reads] = await Promise.all([
        wish('Hanging', keys[0]),
        moc('Hanging', keys[1]),
        ...READS.map((path) => ask(path)),
      ]);
      expectTryLater(wishAnswer, 'a wish');
      expectTryLater(mocAnswer, 'a MOC');
      for (const [index, read] of reads.entries())
        expect(read.status, `${READS[index] ?? ''}: ${read.text}`).to.equal(200);
    } finally {
      store.kill('SIGCONT');
    }
    expect((await again(() => wish('Hanging', keys[0]))).status).to.equal(201);
    expect((await again(() => moc('Hanging', keys[1]))).status).to.equal(201);
    expect((await untilListed('Hanging')).filter((title) => title === 'Hanging')).to.have.lengthOf(1);
  });

  it('has every mutating route answer before the gateway gives up while it hangs', async () => {
    const headers = { authorization: `Bearer ${await platform.token('event-store-hangs')}` };
    const operations = (await allOperations(platform.ports)).filter(
      ({ access, method }) => access === 'user' && MUTATING.has(method),
    );
    const ids = unknownIds(operations);
    const store = platform.children.get('event-store')!;
    const statusOf = async (operation: Operation): Promise<string> => {
      const request = requestFor(operation, ids, { ports: platform.ports, way: 'gateway', headers });
      const reply = await fetch(request);
      const text = await reply.text();
      const isOfService = reply.status < 500 || text.includes(':temporarily-unavailable"');
      return `${nameOf(operation)}: ${isOfService ? 'in time' : text}`;
    };
    store.kill('SIGSTOP');
    try {
      expect(await Promise.all(operations.map(statusOf))).to.deep.equal(
        operations.map((operation) => `${nameOf(operation)}: in time`),
      );
    } finally {
      store.kill('SIGCONT');
    }
  });

  it('answers 503 to each change of a MOC while it hangs, never that the MOC, its list, file or job is not there', async () => {
    const authorization = `Bearer ${await platform.token('event-store-faults')}`;
    const form = (): FormData => {
      const body = new FormData();
      body.set('partsLists', new Blob(['Part,Color,Quantity\n3001,4,2\n']), 'list.csv');
      return body;
    };
    const send = (method: string, path: string, body?: FormData | string): Promise<Response> =>
      fetch(platform.url + path, {
        ...{ method, ...(body === undefined ? {} : { body }) },
        headers: { authorization, ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}) },
      });
    const mocForm = form();
    mocForm.set('title', `Known ${randomUUID()}`);
    const { mocId, partsLists } = mocReply.parse(await (await send('POST', '/api/mocs/with-files', mocForm)).json());
    const [{ partsListId, fileId, jobId }] = partsLists as [(typeof partsLists)[0]];
    const mocPath = `/api/mocs/${mocId}`;
    const changes: readonly Parameters<typeof send>[] = [
      ['PATCH', mocPath, JSON.stringify({ title: 'Hanging' })],
      ['PUT', `${mocPath}/publication`],
      ['POST', `${mocPath}/files`, form()],
      ['POST', `${mocPath}/parts-lists`, form()],
      ['PUT', `${mocPath}/parts-lists/${partsListId}`, JSON.stringify({ title: 'Hanging' })],
      ['PUT', `${mocPath}/parts-lists/${partsListId}`, form()],
      ['DELETE', `${mocPath}/parts-lists/${partsListId}`],
      ['DELETE', `${mocPath}/files/${fileId}`],
      ['DELETE', mocPath],
      ['POST', `/api/jobs/${jobId}/decision`, JSON.stringify({ colourScheme: 'bricklink' })],
    ];
    const store = platform.children.get('event-store')!;
    store.kill('SIGSTOP');
    try {
      const statuses = changes.map(async (change) => `${change[0]} ${change[1]}: ${(await send(...change)).status}`);
      expect(await Promise.all(statuses)).to.deep.equal(changes.map(([method, path]) => `${method} ${path}: 503`));
    } finally {
      store.kill('SIGCONT');
    }
  });

  it('resumes subscriptions by themselves after it was killed', async () => {
    await platform.killAndAwait('event-store');
    const key = randomUUID();
    expect((await again(() => wish('Reborn', key))).status).to.equal(201);
    await untilListed('Reborn');
    const mocAnswer = await again(() => moc('Reborn', randomUUID()));
    expect(mocAnswer.status, mocAnswer.text).to.equal(201);
    await pollUntil(
      'The MOC being findable',
      () => ask('/api/search?q=reborn'),
      ({ status, text }) => status === 200 && text.includes('Reborn'),
    );
  });

  it('leaves nothing in storage that nothing refers to, and nothing missing', () => awaitCleanStorage(platform));
});
