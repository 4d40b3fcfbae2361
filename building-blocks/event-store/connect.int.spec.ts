import { expect } from 'chai';
import getPort from 'get-port';
import { pollUntil } from '@lego-moc/application/poll-until';
import { startNode, type RunningNode } from '@lego-moc/embedded-event-store/server/start-node';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { appendEvents } from './append-events.ts';
import { catchUp } from './catch-up.ts';
import { connectEventStore, type EventStoreClient } from './connect.ts';
import { readStreamEvents } from './read-stream.ts';
import { openTcpDoor, type TcpDoor } from './testing/tcp-door.ts';
import { allStuds, brickPlaced, newCategory, placeBrick, studsOf } from './testing/toys.ts';
import { EventStoreDisposed } from './unavailable.ts';

describe('connectEventStore', function () {
  this.timeout(60_000);

  it('carries 130 live subscriptions and still reads, with at most 50 calls on a connection', async () => {
    const client = connectEventStore((await eventStoreForTests()).url);
    const stream = newCategory();
    await placeBrick(client, stream, 1);
    const stopping = new AbortController();
    let deliveries = 0;
    const follow = async (): Promise<void> => {
      for await (const event of catchUp(client, {
        source: { stream },
        from: 'start',
        live: true,
        signal: stopping.signal,
      }))
        deliveries += studsOf(event);
    };
    const followers = Array.from({ length: 130 }, follow);
    await pollUntil('every subscription has delivered', () => deliveries === 130);
    expect(await allStuds(catchUp(client, { source: { stream }, from: 'start' }))).to.deep.equal([1]);
    await pollUntil('reads are closed', () => client.openCalls()[0]?.calls === 0);
    expect(client.openCalls()).to.deep.equal([
      { client: 'commands', calls: 0 },
      { client: 'subscriptions-1', calls: 50 },
      { client: 'subscriptions-2', calls: 50 },
      { client: 'subscriptions-3', calls: 30 },
    ]);
    stopping.abort();
    await Promise.all(followers);
    await pollUntil('calls are closed', () => client.openCalls().every(({ calls }) => calls === 0));
    await client.dispose();
  });

  it('fails a read under way when it is disposed of, instead of ending it as if it were complete', async () => {
    const client = connectEventStore((await eventStoreForTests()).url);
    const stream = newCategory();
    const bricks = Array.from({ length: 3_000 }, () => brickPlaced(1));
    await appendEvents(client, stream, bricks, 'no-stream');
    let read = 0;
    const reading = (async () => {
      for await (const event of readStreamEvents(client, stream)) {
        read += studsOf(event);
        if (read === 1) await client.dispose();
      }
    })();
    expect(await reading.catch((error: unknown) => error)).to.be.instanceOf(EventStoreDisposed);
    expect(read).to.be.below(bricks.length);
  });

  describe('through two addresses of one node', () => {
    let node: RunningNode;
    let firstDoor: TcpDoor;
    let secondPort: number;
    let client: EventStoreClient;

    beforeEach(async () => {
      // A node that listens on all addresses names to others the address by which they reached it: here, that of the
      // proxy.
      node = await startNode({ mem: true, port: 0, host: '0.0.0.0', allowInsecure: true });
      firstDoor = await openTcpDoor(node.port);
      secondPort = await getPort();
      const hosts = [firstDoor.port, secondPort].map((port) => `127.0.0.1:${String(port)}`);
      client = connectEventStore(`esdb://${hosts.join(',')}?tls=false`);
    });
    afterEach(async () => {
      await client.dispose();
      await node.stop();
    });

    const readAllStuds = (stream: string): Promise<readonly number[]> => allStuds(readStreamEvents(client, stream));

    const timeToWrite = async (stream: string, studs: number): Promise<number> => {
      const startedAt = performance.now();
      const isWritten = (): Promise<boolean> =>
        placeBrick(client, stream, studs).then(
          () => true,
          () => false,
        );
      await pollUntil(`brick ${String(studs)} is placed`, isWritten);
      return performance.now() - startedAt;
    };

    it('reads the whole stream through the second after the first froze, whichever read notices it', async () => {
      const stream = newCategory();
      await timeToWrite(stream, 1);
      const secondDoor = await openTcpDoor(node.port, secondPort);
      firstDoor.freeze();
      expect(await Promise.all(Array.from({ length: 3 }, () => readAllStuds(stream)))).to.deep.equal([[1], [1], [1]]);
      await Promise.all([firstDoor.close(), secondDoor.close()]);
    });

    it('writes through the second within 6 s after the first froze, and continues its subscriptions', async () => {
      const stream = newCategory();
      const stopping = new AbortController();
      const deliveries: number[] = [];
      const following = (async () => {
        const options = { source: { stream }, from: 'start', live: true, signal: stopping.signal } as const;
        for await (const event of catchUp(client, options)) deliveries.push(studsOf(event));
      })();
      await timeToWrite(stream, 1);
      await pollUntil('the first brick is delivered', () => deliveries.includes(1));

      const secondDoor = await openTcpDoor(node.port, secondPort);
      firstDoor.freeze();
      expect(await timeToWrite(stream, 2)).to.be.lessThan(6_000);
      await pollUntil('the second brick is delivered', () => deliveries.includes(2));
      expect(deliveries).to.deep.equal([1, 2]);

      stopping.abort();
      await following;
      await Promise.all([firstDoor.close(), secondDoor.close()]);
    });

    it('writes through the second within 3 s after the first was killed', async () => {
      const stream = newCategory();
      await timeToWrite(stream, 1);
      const secondDoor = await openTcpDoor(node.port, secondPort);
      await firstDoor.close();
      expect(await timeToWrite(stream, 2)).to.be.lessThan(3_000);
      expect(await readAllStuds(stream)).to.deep.equal([1, 2]);
      await secondDoor.close();
    });
  });
});
