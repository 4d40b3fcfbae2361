import { EventStoreDBClient, START, type ResolvedEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { memoryOf } from '../bench/memory.ts';
import { bricksSorted, eventOfSize, freshStream } from '../contract/events.ts';
import { startNodeProcess, type NodeProcess } from '../contract/node-process.ts';
import { eventually, sleep } from '../contract/waiting.ts';

const EVENTS = 80;
const EVENT_BYTES = 1_000_000;
const READERS = 16;
/** Far below the unread bytes of all readers together, which is a gigabyte. */
const GROWTH_MAX = 200 * 2 ** 20;

describe('readers that stop reading', () => {
  let node: NodeProcess;
  let client: EventStoreDBClient;
  const heavy = freshStream('heavy');
  const memory = () => memoryOf(node.pid)?.own ?? 0;

  before(async function () {
    this.timeout(60_000);
    node = await startNodeProcess({ args: ['--mem', '--port', '0'] });
    client = EventStoreDBClient.connectionString(node.connectionString);
    for (let index = 0; index < EVENTS; index += 1) await client.appendToStream(heavy, eventOfSize(EVENT_BYTES));
  });
  after(async () => {
    await client.dispose();
    await node.end('SIGTERM');
  });

  it('cost the node little memory, delay nobody, and miss nothing when they continue', async function () {
    this.timeout(60_000);
    const before = memory();
    const patience = EventStoreDBClient.connectionString(node.connectionString);
    const idle = Array.from({ length: READERS }, (_, index) =>
      index % 2 === 0 ? patience.readStream(heavy) : patience.subscribeToStream(heavy, { fromRevision: START }),
    );
    for (const reader of idle) reader.on('error', () => undefined);
    await sleep(1_500);
    expect(memory() - before).to.be.below(GROWTH_MAX);

    const nimble = freshStream('nimble');
    await client.appendToStream(nimble, bricksSorted(5));
    let eventCount = 0;
    for await (const event of client.readStream(nimble) as AsyncIterable<ResolvedEvent>) {
      eventCount += Number(event.event !== undefined);
    }
    expect(eventCount).to.equal(5);

    const revisions: bigint[] = [];
    idle[0]?.on('data', (event: ResolvedEvent) => revisions.push(event.event?.revision ?? -1n));
    await eventually(() => expect(revisions).to.have.length(EVENTS), 20_000);
    expect(revisions).to.deep.equal(Array.from({ length: EVENTS }, (_, revision) => BigInt(revision)));
    await patience.dispose();
  });
});
