import { expect } from 'chai';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { catchUp } from './catch-up.ts';
import { connectEventStore, type EventStoreClient } from './connect.ts';
import { allStuds, newCategory, placeBrick, studsOf } from './testing/toys.ts';

describe('catchUp', function () {
  this.timeout(20_000);

  it('reads all events of a source in order and ends', async () => {
    const { client } = await eventStoreForTests();
    const prefix = newCategory();
    for (let studs = 1; studs <= 50; studs += 1) await placeBrick(client, `${prefix}-${String(studs % 3)}`, studs);
    const all = Array.from({ length: 50 }, (_, index) => index + 1);
    expect(
      await allStuds(catchUp(client, { source: { streamPrefixes: [`${prefix}-`] }, from: 'start' })),
    ).to.deep.equal(all);
    expect(await allStuds(catchUp(client, { source: { stream: `${prefix}-0` }, from: 2n }))).to.deep.equal(
      all.filter((studs) => studs % 3 === 0).slice(3),
    );
    expect(await allStuds(catchUp(client, { source: { stream: newCategory() }, from: 'start' }))).to.deep.equal([]);
  });

  it('leaves no call open when the reader leaves early', async () => {
    const { url } = await eventStoreForTests();
    const client = connectEventStore(url);
    const stream = newCategory();
    for (let studs = 1; studs <= 20; studs += 1) await placeBrick(client, stream, studs);
    for await (const event of catchUp(client, { source: { stream }, from: 'start' })) {
      expect(studsOf(event)).to.equal(1);
      break;
    }
    await client.dispose(); // waits for every call that is open
  });

  describe('from a stream without events', () => {
    let client: EventStoreClient;
    before(async () => {
      ({ client } = await eventStoreForTests());
    });
    const streams: Record<string, (stream: string) => Promise<unknown>> = {
      'that never existed': () => Promise.resolve(),
      'that was soft-deleted': async (stream) => {
        await placeBrick(client, stream, 1);
        await client.deleteStream(stream);
      },
      'that has only metadata': (stream) => client.setStreamMetadata(stream, { maxCount: 5 }),
    };
    for (const [kind, prepare] of Object.entries(streams))
      it(`ends without events for a stream ${kind}, from the start and from a revision`, async () => {
        const stream = newCategory();
        await prepare(stream);
        expect(await allStuds(catchUp(client, { source: { stream }, from: 'start' }))).to.deep.equal([]);
        expect(await allStuds(catchUp(client, { source: { stream }, from: 0n }))).to.deep.equal([]);
      });
  });

  it('ends where the stream ended when the reading began, though it grows meanwhile', async () => {
    const { client } = await eventStoreForTests();
    const stream = newCategory();
    for (const studs of [1, 2, 3]) await placeBrick(client, stream, studs);
    const read: number[] = [];
    for await (const event of catchUp(client, { source: { stream }, from: 'start' })) {
      read.push(studsOf(event));
      await placeBrick(client, stream, 9);
    }
    expect(read).to.deep.equal([1, 2, 3]);
  });

  it('delivers nothing for the tombstone of a stream', async () => {
    const { client } = await eventStoreForTests();
    const prefix = newCategory();
    await placeBrick(client, `${prefix}-1`, 1);
    await client.tombstoneStream(`${prefix}-1`);
    await placeBrick(client, `${prefix}-2`, 2);
    const source = { streamPrefixes: [`${prefix}-`] };
    expect(await allStuds(catchUp(client, { source, from: 'start' }))).to.deep.equal([1, 2]);
  });
});
