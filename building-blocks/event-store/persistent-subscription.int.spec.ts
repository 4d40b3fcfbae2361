import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { newId } from '@lego-moc/application/new-id';
import { startNode, type RunningNode } from '@lego-moc/embedded-event-store/server/start-node';
import { silentLogger } from '@lego-moc/logger/logger';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { appendEvents } from './append-events.ts';
import { catchUp } from './catch-up.ts';
import { connectEventStore, type EventStoreClient } from './connect.ts';
import type { DeliveredEvent } from './delivered-event.ts';
import { groupInfo } from './persistent-groups.ts';
import { subscribePersistently } from './persistent-subscription.ts';
import type { Subscription } from './subscription.ts';
import { newCategory, placeBrick, studsOf } from './testing/toys.ts';

const collecting = (client: EventStoreClient, prefix: string, group = newCategory()): [Set<number>, Subscription] => {
  const receivedStuds = new Set<number>();
  const subscription = subscribePersistently(client, {
    group,
    source: { streamPrefixes: [prefix] },
    logger: silentLogger,
    handle: (event) => {
      receivedStuds.add(studsOf(event));
      return Promise.resolve();
    },
  });
  return [receivedStuds, subscription];
};

describe('subscribePersistently', function () {
  this.timeout(40_000);
  let client: EventStoreClient;

  before(async () => {
    ({ client } = await eventStoreForTests());
  });

  it('delivers recorded and new events of its prefix only', async () => {
    const prefix = newCategory();
    await placeBrick(client, `${prefix}-1`, 1);
    await placeBrick(client, `${newCategory()}-1`, 99);
    const [receivedStuds, subscription] = collecting(client, `${prefix}-`);
    await pollUntil('the first', () => receivedStuds.has(1));
    await placeBrick(client, `${prefix}-2`, 2);
    await pollUntil('the second', () => receivedStuds.has(2));
    expect([...receivedStuds]).to.deep.equal([1, 2]);
    expect(subscription.status()).to.deep.include({ state: 'live', handled: 2, parked: 0 });
    await subscription.stop();
    expect(subscription.status().state).to.equal('stopped');
  });

  it('delivers only events of the requested types', async () => {
    const stream = `${newCategory()}-1`;
    const [wantedType, unwantedType] = [`${newCategory()}.Placed`, `${newCategory()}.Placed`];
    const types: string[] = [];
    const subscription = subscribePersistently(client, {
      group: newCategory(),
      source: { eventTypes: [wantedType] },
      logger: silentLogger,
      handle: ({ type }) => Promise.resolve(void types.push(type)),
    });
    for (const type of [unwantedType, `${wantedType}.v2`, wantedType, wantedType.replace('.', 'x'), wantedType])
      await appendEvents(client, stream, [jsonEvent({ id: newId(), type, data: {} })], 'any');
    await pollUntil('both', () => types.length >= 2);
    await subscription.stop();
    expect(types).to.deep.equal([wantedType, wantedType]);
  });

  it('continues at its checkpoint after a restart', async () => {
    const prefix = newCategory();
    const group = newCategory();
    const [first, before] = collecting(client, `${prefix}-`, group);
    await placeBrick(client, `${prefix}-1`, 1);
    await pollUntil('the first', () => first.has(1));
    const source = { streamPrefixes: [`${prefix}-`] };
    await pollUntil('a checkpoint', async () => {
      const info = await groupInfo(client, group, source);
      return info?.lastCheckpointed !== undefined && info.inFlight === 0;
    });
    await before.stop();
    await placeBrick(client, `${prefix}-1`, 2);
    const [second, after] = collecting(client, `${prefix}-`, group);
    await pollUntil('the second', () => second.has(2));
    expect([...second]).to.deep.equal([2]);
    await after.stop();
  });

  it('acknowledges the tombstone of a stream without handling it', async () => {
    const prefix = newCategory();
    const [receivedStuds, subscription] = collecting(client, `${prefix}-`);
    await placeBrick(client, `${prefix}-1`, 1);
    await client.tombstoneStream(`${prefix}-1`);
    await placeBrick(client, `${prefix}-2`, 2);
    await pollUntil('both bricks', () => receivedStuds.has(1) && receivedStuds.has(2));
    expect(subscription.status()).to.include({ handled: 2, parked: 0 });
    await subscription.stop();
  });

  it('creates its group again after somebody deleted it', async () => {
    const stream = newCategory();
    const group = newCategory();
    const receivedStuds: number[] = [];
    const subscription = subscribePersistently(client, {
      group,
      source: { stream },
      logger: silentLogger,
      handle: (event) => Promise.resolve(void receivedStuds.push(studsOf(event))),
    });
    await placeBrick(client, stream, 1);
    await pollUntil('the first', () => receivedStuds.includes(1));
    await client.deletePersistentSubscriptionToStream(stream, group);
    await placeBrick(client, stream, 2);
    await pollUntil('the second', () => receivedStuds.includes(2));
    await subscription.stop();
  });

  it('handles events in batches and parks one that fails without holding up the others', async () => {
    const prefix = newCategory();
    const receivedStuds = new Set<number>();
    const sizes: number[] = [];
    const poison = 13;
    const handleAll = async (batch: readonly DeliveredEvent[]): Promise<void> => {
      sizes.push(batch.length);
      await sleep(50); // so that the others come meanwhile
      if (batch.some((event) => studsOf(event) === poison)) throw new Error('Unlucky');
      for (const event of batch) receivedStuds.add(studsOf(event));
    };
    const source = { streamPrefixes: [`${prefix}-`] };
    const group = newCategory();
    const handle = (event: DeliveredEvent): Promise<void> => handleAll([event]);
    const subscription = subscribePersistently(client, { group, source, logger: silentLogger, handle, handleAll });
    const all = Array.from({ length: 20 }, (_, studs) => studs);
    await Promise.all(all.map((studs) => placeBrick(client, `${prefix}-${studs}`, studs)));
    await pollUntil('all but one', () => receivedStuds.size === 19);
    await pollUntil('the one', () => subscription.status().parked === 1);
    expect(subscription.status()).to.include({ handled: 19, parked: 1, inFlight: 0 });
    expect(Math.max(...sizes)).to.be.greaterThan(1);
    await pollUntil('acknowledged', async () => (await groupInfo(client, group, source))?.inFlight === 0);
    await subscription.stop();
  });

  it('finishes messages in flight before it stops', async () => {
    const prefix = newCategory();
    let finishedCount = 0;
    const subscription = subscribePersistently(client, {
      group: newCategory(),
      source: { streamPrefixes: [`${prefix}-`] },
      logger: silentLogger,
      handle: async () => {
        await sleep(200);
        finishedCount += 1;
      },
    });
    await placeBrick(client, `${prefix}-1`, 1);
    await pollUntil('in hand', () => subscription.status().inFlight === 1);
    await subscription.stop();
    expect(finishedCount).to.equal(1);
  });
});

describe('after a restart of the event store', function () {
  this.timeout(60_000);
  let folder: string;
  let node: RunningNode;
  let client: EventStoreClient;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lego-moc-events-'));
    node = await startNode({ path: folder, port: 0 });
    client = connectEventStore(node.connectionString);
  });

  after(async () => {
    await client.dispose();
    await node.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('subscriptions, reads and appends go on', async () => {
    const prefix = newCategory();
    const stopping = new AbortController();
    const live: number[] = [];
    const [receivedStuds, subscription] = collecting(client, `${prefix}-`);
    const following = (async () => {
      const source = { streamPrefixes: [`${prefix}-`] };
      for await (const event of catchUp(client, { source, from: 'start', live: true, signal: stopping.signal }))
        live.push(studsOf(event));
    })();
    await placeBrick(client, `${prefix}-1`, 1);
    await pollUntil('the first', () => receivedStuds.has(1) && live.includes(1));

    const { port } = node;
    await node.stop();
    await pollUntil('loss is noticed', () => subscription.status().state !== 'live');
    const during = placeBrick(client, `${prefix}-1`, 2);
    node = await startNode({ path: folder, port });
    await during;

    await placeBrick(client, `${prefix}-1`, 3);
    await pollUntil('all of them', () => receivedStuds.size === 3 && live.length === 3, Boolean, 30_000);
    expect(live).to.deep.equal([1, 2, 3]);
    stopping.abort();
    await following;
    await subscription.stop();
  });
});
