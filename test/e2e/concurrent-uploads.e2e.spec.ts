import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { mocReply, type MocReply } from '@lego-moc/moc-management/contracts/http-api';
import { uploadReply } from '@lego-moc/moc-management/contracts/writing-api';
import { skipOnGivenEventStore } from '@lego-moc/testing/real-component';
import { eventStoreMetrics } from './event-store-url.ts';
import { parkedMessages } from './parked-messages.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { requestsAs, json, type SendRequest } from './requests.ts';

const LISTS = 95;
const NEW_MOCS = 30;
const PARALLEL_UPLOADS = 8;
const UPLOADS = 200;

/** A list of one lot whose quantity identifies it. */
const partsList = (quantity: number): Blob => new Blob([`Part,Color,Quantity\n3001,4,${String(quantity)}\n`]);

/** How many appends the embedded node has dropped as duplicates of one in flight. */
const droppedTwins = async (platform: TestPlatform): Promise<number> => {
  const metrics = await eventStoreMetrics(platform);
  return Number(/^event_store_dropped_twins_total (\d+)$/m.exec(metrics)?.[1]);
};

const sumUpTo = (last: number): number => (last * (last + 1)) / 2;

describe('uploading at the same time, through the gateway', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let ask: SendRequest;
  let parkedBefore: number;

  before(async () => {
    platform = await sharedPlatform();
    parkedBefore = await parkedMessages(platform, 'moc-management');
  });
  beforeEach(() => {
    ask = requestsAs(platform, `builder-${randomUUID()}`);
  });

  const read = async (mocId: string): Promise<MocReply> =>
    mocReply.parse(await (await ask(`/api/mocs/${mocId}`)).json());

  /** The MOC that an answer of 201 shows, or that an answer of 202 leads to. */
  const filedMocId = async (reply: Response): Promise<string> => {
    expect(reply.status, await reply.clone().text()).to.be.oneOf([201, 202]);
    if (reply.status === 201) return mocReply.parse(await reply.json()).mocId;
    const { uploadId } = uploadReply.parse(await reply.json());
    const uploadStatus = await pollUntil(
      'The upload is filed',
      async () => uploadReply.parse(await (await ask(`/api/uploads/${uploadId}`)).json()),
      ({ status }) => status === 'filed',
    );
    return uploadStatus.mocId ?? '';
  };

  const pollListCount = (mocId: string, lists: number): Promise<MocReply> =>
    pollUntil(
      `${String(lists)} parts lists are counted`,
      () => read(mocId),
      ({ partsLists }) => partsLists.length === lists && partsLists.every(({ status }) => status === 'counted'),
    );

  it(`counts every one of ${String(LISTS)} parts lists in one request`, async () => {
    const form = new FormData();
    form.set('title', 'Many lists');
    for (let list = 1; list <= LISTS; list += 1) form.append('partsLists', partsList(list), `list-${String(list)}.csv`);
    const mocId = await filedMocId(await ask('/api/mocs/with-files', { method: 'POST', body: form }));
    expect((await pollListCount(mocId, LISTS)).totalPieces).to.equal(sumUpTo(LISTS));
  });

  it(`accepts ${String(NEW_MOCS)} new MOCs of one builder at once`, async () => {
    const titles = Array.from({ length: NEW_MOCS }, (_, number) => `MOC ${String(number)}`);
    const replies = await Promise.all(titles.map((title) => ask('/api/mocs', json('POST', { title }))));
    const ids = await Promise.all(replies.map(filedMocId));
    expect(new Set(ids).size).to.equal(NEW_MOCS);
  });

  it(`accepts ${String(PARALLEL_UPLOADS)} uploads to one MOC at once, each once`, async () => {
    const { mocId } = mocReply.parse(await (await ask('/api/mocs', json('POST', { title: 'Crane' }))).json());
    const replies = await Promise.all(
      Array.from({ length: PARALLEL_UPLOADS }, (_, number) => {
        const form = new FormData();
        form.append('partsLists', partsList(number + 1), `list-${String(number)}.csv`);
        return ask(`/api/mocs/${mocId}/parts-lists`, { method: 'POST', body: form });
      }),
    );
    for (const reply of replies) expect(await filedMocId(reply)).to.equal(mocId);
    expect((await pollListCount(mocId, PARALLEL_UPLOADS)).totalPieces).to.equal(sumUpTo(PARALLEL_UPLOADS));
  });

  it('answers one request that is sent twice at once with one MOC', async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'twin' };
    const send = () => ask('/api/mocs', { ...json('POST', { title: 'Twin' }), headers });
    const ids = await Promise.all((await Promise.all([send(), send()])).map(filedMocId));
    expect(new Set(ids).size).to.equal(1);
  });

  it(`makes no identical appends in parallel for ${String(UPLOADS)} uploads, ${String(PARALLEL_UPLOADS)} at a time`, async function () {
    skipOnGivenEventStore(this, 'it reads the metrics of the embedded node');
    const before = await droppedTwins(platform);
    const numbers = Array.from({ length: UPLOADS }, (_, number) => number).values();
    const sender = async (): Promise<void> => {
      for (const number of numbers) {
        const form = new FormData();
        form.set('title', `Upload ${String(number)}`);
        form.append('partsLists', partsList(number + 1), 'list.csv');
        await filedMocId(await ask('/api/mocs/with-files', { method: 'POST', body: form }));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_UPLOADS }, sender));
    expect((await droppedTwins(platform)) - before).to.equal(0);
  });

  it('parks no message of MOC management', async () => {
    expect(await parkedMessages(platform, 'moc-management')).to.equal(parkedBefore);
  });
});
