import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { jsonEvent } from '@eventstore/db-client';
import { startNode, type RunningNode } from '@lego-moc/embedded-event-store/server/start-node';
import { newId } from '@lego-moc/application/new-id';
import { silentLogger } from '@lego-moc/logger/logger';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { z } from 'zod';
import { appendEvents } from './append-events.ts';
import { connectEventStore, type EventStoreClient } from './connect.ts';
import { integrationEnvelope, integrationStream } from './integration-events.ts';
import { publishIntegrationEvents } from './publisher.ts';
import { catchUp } from './catch-up.ts';
import type { DeliveredEvent } from './delivered-event.ts';
import { groupInfo } from './persistent-groups.ts';
import { subscribePersistently } from './persistent-subscription.ts';
import type { Subscription } from './subscription.ts';

const fresh = (): string => `toys${newId().replaceAll('-', '')}`;

const eventually = async (what: string, isSo: () => Promise<boolean> | boolean, timeoutMs = 15_000): Promise<void> => {
  for (const until = performance.now() + timeoutMs; !(await isSo());) {
    if (performance.now() > until) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await sleep(25);
  }
};

const append = (client: EventStoreClient, stream: string, studs: number) =>
  appendEvents(client, stream, [jsonEvent({ id: newId(), type: 'toys.BrickPlaced', data: { studs } })], 'any');

const studsOf = ({ data }: DeliveredEvent): number => (data as { studs: number }).studs;

const collecting = (client: EventStoreClient, prefix: string, group = fresh()): [Set<number>, Subscription] => {
  const seen = new Set<number>();
  const subscription = subscribePersistently(client, {
    group,
    source: { streamPrefixes: [prefix] },
    logger: silentLogger,
    handle: (delivered) => {
      seen.add(studsOf(delivered));
      return Promise.resolve();
    },
  });
  return [seen, subscription];
};

describe('subscribing persistently', function () {
  this.timeout(40_000);
  let client: EventStoreClient;

  before(async () => {
    ({ client } = await eventStoreForTests());
  });

  it('begins with what is there, goes on with what comes, and keeps to its prefix', async () => {
    const prefix = fresh();
    await append(client, `${prefix}-1`, 1);
    await append(client, `${fresh()}-1`, 99);
    const [seen, subscription] = collecting(client, `${prefix}-`);
    await eventually('the first', () => seen.has(1));
    await append(client, `${prefix}-2`, 2);
    await eventually('the second', () => seen.has(2));
    expect([...seen]).to.deep.equal([1, 2]);
    expect(subscription.status()).to.deep.include({ state: 'live', handled: 2, parked: 0 });
    await subscription.stop();
    expect(subscription.status().state).to.equal('stopped');
  });

  it('brings only events of the types that were asked for', async () => {
    const stream = `${fresh()}-1`;
    const [wanted, unwanted] = [`${fresh()}.Placed`, `${fresh()}.Placed`];
    const types: string[] = [];
    const subscription = subscribePersistently(client, {
      group: fresh(),
      source: { eventTypes: [wanted] },
      logger: silentLogger,
      handle: ({ type }) => Promise.resolve(void types.push(type)),
    });
    for (const type of [unwanted, `${wanted}.v2`, wanted, wanted.replace('.', 'x'), wanted])
      await appendEvents(client, stream, [jsonEvent({ id: newId(), type, data: {} })], 'any');
    await eventually('both', () => types.length >= 2);
    await subscription.stop();
    expect(types).to.deep.equal([wanted, wanted]);
  });

  it('goes on where it was when it comes back', async () => {
    const prefix = fresh();
    const group = fresh();
    const [first, before] = collecting(client, `${prefix}-`, group);
    await append(client, `${prefix}-1`, 1);
    await eventually('the first', () => first.has(1));
    const source = { streamPrefixes: [`${prefix}-`] };
    await eventually('a checkpoint', async () => {
      const info = await groupInfo(client, group, source);
      return info?.lastCheckpointed !== undefined && info.inFlight === 0;
    });
    await before.stop();
    await append(client, `${prefix}-1`, 2);
    const [second, after] = collecting(client, `${prefix}-`, group);
    await eventually('the second', () => second.has(2));
    expect([...second]).to.deep.equal([2]);
    await after.stop();
  });

  it('survives that its group is deleted under it', async () => {
    const stream = fresh();
    const group = fresh();
    const seen: number[] = [];
    const subscription = subscribePersistently(client, {
      group,
      source: { stream },
      logger: silentLogger,
      handle: (delivered) => Promise.resolve(void seen.push(studsOf(delivered))),
    });
    await append(client, stream, 1);
    await eventually('the first', () => seen.includes(1));
    await client.deletePersistentSubscriptionToStream(stream, group);
    await append(client, stream, 2);
    await eventually('the second', () => seen.includes(2));
    await subscription.stop();
  });

  it('handles together what comes together, and lets one that cannot be handled hold up no other', async () => {
    const prefix = fresh();
    const seen = new Set<number>();
    const sizes: number[] = [];
    const poison = 13;
    const handleAll = async (batch: readonly DeliveredEvent[]): Promise<void> => {
      sizes.push(batch.length);
      await sleep(50); // so that the others come meanwhile
      if (batch.some((delivered) => studsOf(delivered) === poison)) throw new Error('Unlucky');
      for (const delivered of batch) seen.add(studsOf(delivered));
    };
    const source = { streamPrefixes: [`${prefix}-`] };
    const group = fresh();
    const handle = (delivered: DeliveredEvent): Promise<void> => handleAll([delivered]);
    const subscription = subscribePersistently(client, { group, source, logger: silentLogger, handle, handleAll });
    const all = Array.from({ length: 20 }, (_, studs) => studs);
    await Promise.all(all.map((studs) => append(client, `${prefix}-${studs}`, studs)));
    await eventually('all but one', () => seen.size === 19);
    await eventually('the one', () => subscription.status().parked === 1);
    expect(subscription.status()).to.include({ handled: 19, parked: 1, inFlight: 0 });
    expect(Math.max(...sizes)).to.be.greaterThan(1);
    await eventually('acknowledged', async () => (await groupInfo(client, group, source))?.inFlight === 0);
    await subscription.stop();
  });

  it('finishes what it has in hand before it stops', async () => {
    const prefix = fresh();
    let finished = 0;
    const subscription = subscribePersistently(client, {
      group: fresh(),
      source: { streamPrefixes: [`${prefix}-`] },
      logger: silentLogger,
      handle: async () => {
        await sleep(200);
        finished += 1;
      },
    });
    await append(client, `${prefix}-1`, 1);
    await eventually('in hand', () => subscription.status().inFlight === 1);
    await subscription.stop();
    expect(finished).to.equal(1);
  });
});

describe('an event store that goes and comes back', function () {
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

  it('finds its subscribers, its readers and its writers again', async () => {
    const prefix = fresh();
    const stopping = new AbortController();
    const live: number[] = [];
    const [seen, subscription] = collecting(client, `${prefix}-`);
    const following = (async () => {
      const source = { streamPrefixes: [`${prefix}-`] };
      for await (const delivered of catchUp(client, { source, from: 'start', live: true, signal: stopping.signal }))
        live.push(studsOf(delivered));
    })();
    await append(client, `${prefix}-1`, 1);
    await eventually('the first', () => seen.has(1) && live.includes(1));

    const { port } = node;
    await node.stop();
    await eventually('loss is noticed', () => subscription.status().state !== 'live');
    const during = append(client, `${prefix}-1`, 2);
    node = await startNode({ path: folder, port });
    await during;

    await append(client, `${prefix}-1`, 3);
    await eventually('all of them', () => seen.size === 3 && live.length === 3, 30_000);
    expect(live).to.deep.equal([1, 2, 3]);
    stopping.abort();
    await following;
    await subscription.stop();
  });
});

describe('catching up', () => {
  const studsFrom = async (events: AsyncIterable<DeliveredEvent>): Promise<readonly number[]> => {
    const found: number[] = [];
    for await (const delivered of events) found.push(studsOf(delivered));
    return found;
  };

  it('reads all there is, in order, and ends', async () => {
    const { client } = await eventStoreForTests();
    const prefix = fresh();
    for (let studs = 1; studs <= 50; studs += 1) await append(client, `${prefix}-${String(studs % 3)}`, studs);
    const all = Array.from({ length: 50 }, (_, index) => index + 1);
    expect(
      await studsFrom(catchUp(client, { source: { streamPrefixes: [`${prefix}-`] }, from: 'start' })),
    ).to.deep.equal(all);
    expect(await studsFrom(catchUp(client, { source: { stream: `${prefix}-0` }, from: 2n }))).to.deep.equal(
      all.filter((studs) => studs % 3 === 0).slice(3),
    );
    expect(await studsFrom(catchUp(client, { source: { stream: fresh() }, from: 'start' }))).to.deep.equal([]);
  });

  it('leaves nothing open when the reader leaves early', async () => {
    const { url } = await eventStoreForTests();
    const client = connectEventStore(url);
    const stream = fresh();
    for (let studs = 1; studs <= 20; studs += 1) await append(client, stream, studs);
    for await (const delivered of catchUp(client, { source: { stream }, from: 'start' })) {
      expect(studsOf(delivered)).to.equal(1);
      break;
    }
    await client.dispose(); // waits for every call that is open
  });
});

describe('publishing integration events', () => {
  it('says once what a private event means to others, however often it is told', async () => {
    const { client } = await eventStoreForTests();
    const context = fresh();
    const publish = () =>
      publishIntegrationEvents(client, {
        context,
        source: { streamPrefixes: [`${context}box-`] },
        logger: silentLogger,
        translate: (delivered) => [
          {
            eventType: 'box.filled',
            subject: delivered.stream.slice(context.length + 4),
            revision: String(delivered.revision),
            payload: { studs: studsOf(delivered) },
          },
        ],
      });
    const appendAll = (studs: readonly number[]) =>
      Promise.all(studs.map((each) => append(client, `${context}box-${each}`, each)));
    const some = Array.from({ length: 30 }, (_, studs) => studs);
    const others = some.map((studs) => studs + 30);

    const publisher = publish();
    await appendAll(some.slice(0, 10));
    await appendAll(some.slice(10));
    const published = async (): Promise<DeliveredEvent[]> => {
      const found: DeliveredEvent[] = [];
      for await (const event of catchUp(client, { source: { stream: integrationStream(context) }, from: 'start' }))
        found.push(event);
      return found;
    };
    await eventually('published', async () => (await published()).length >= 30);
    await publisher.stop();
    await client.deletePersistentSubscriptionToAll(`${context}-publisher`); // forgets how far it was
    const again = publish();
    await appendAll(others);
    await eventually('published', async () => (await published()).length >= 60);
    await sleep(200);
    await again.stop();

    const events = (await published()).map(({ data }) => integrationEnvelope(z.object({ studs: z.int() })).parse(data));
    const studs = events.map(({ payload }) => payload.studs).toSorted((one, other) => one - other);
    expect(studs).to.deep.equal([...some, ...others]);
    expect(events.find(({ payload }) => payload.studs === 7)).to.include({
      eventType: 'box.filled',
      subject: '7',
      revision: '0',
      source: context,
    });
  });
});
