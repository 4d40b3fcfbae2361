import { END, START, StreamDeletedError, UnavailableError, type AllStreamSubscription } from '@eventstore/db-client';
import { expect } from 'chai';
import { bricksSorted, endOfLog, freshStream, ids, linkEvent, revisions, trays } from './events.ts';
import { listenTo, type Listener } from './listener.ts';
import type { Server } from './server.ts';
import { eventually, sleep } from './waiting.ts';

const numbers = (listener: Listener) => revisions(listener.events).map(Number);

const describeStreams = (server: Server) => {
  it('delivers stored events, then new ones', async () => {
    const stream = freshStream();
    await server.client().appendToStream(stream, bricksSorted(3));
    const subscription = server.client().subscribeToStream(stream);
    const listener = listenTo(subscription);
    await listener.waitForEvents(3);
    await server.client().appendToStream(stream, bricksSorted(2, 3));
    await listener.waitForEvents(5);
    expect(numbers(listener)).to.deep.equal([0, 1, 2, 3, 4]);
    await subscription.unsubscribe();
  });

  it('confirms first and reports caughtUp once', async () => {
    const stream = freshStream();
    await server.client().appendToStream(stream, bricksSorted(50));
    const subscription = server.client().subscribeToStream(stream);
    const listener = listenTo(subscription);
    await listener.waitForCaughtUp();
    for (let round = 0; round < 3; round += 1) await server.client().appendToStream(stream, bricksSorted(1));
    await listener.waitForEvents(53);
    expect(listener.signals).to.deep.equal(['confirmation', 'caughtUp']);
    await subscription.unsubscribe();
  });

  it('starts after the given revision', async () => {
    const stream = freshStream();
    await server.client().appendToStream(stream, bricksSorted(5));
    const subscription = server.client().subscribeToStream(stream, { fromRevision: 2n });
    const listener = listenTo(subscription);
    await listener.waitForEvents(2);
    await listener.waitForCaughtUp();
    expect(numbers(listener)).to.deep.equal([3, 4]);
    await subscription.unsubscribe();
  });

  it('delivers only new events from the end', async () => {
    const stream = freshStream();
    await server.client().appendToStream(stream, bricksSorted(5));
    const subscription = server.client().subscribeToStream(stream, { fromRevision: END });
    const listener = listenTo(subscription);
    await listener.waitForCaughtUp();
    await server.client().appendToStream(stream, bricksSorted(1, 5));
    await listener.waitForEvents(1);
    expect(numbers(listener)).to.deep.equal([5]);
    await subscription.unsubscribe();
  });

  const withoutEvents: readonly (readonly [string, (stream: string) => Promise<unknown>])[] = [
    ['never existed', () => Promise.resolve()],
    ['has metadata only', (stream) => server.client().setStreamMetadata(stream, { maxCount: 9 })],
    [
      'was deleted',
      async (stream) => {
        await server.client().appendToStream(stream, bricksSorted(2));
        await server.client().deleteStream(stream);
      },
    ],
  ];
  for (const [life, prepare] of withoutEvents) {
    for (const fromRevision of [START, 0n] as const) {
      it(`is confirmed at once from ${fromRevision} on a stream that ${life}, and caught up after its first event`, async () => {
        const stream = freshStream();
        await prepare(stream);
        const subscription = server.client().subscribeToStream(stream, { fromRevision });
        const listener = listenTo(subscription);
        await eventually(() => expect(listener.signals).to.deep.equal(['confirmation']));
        await sleep(300);
        expect(listener.signals).to.deep.equal(['confirmation']);
        await server.client().appendToStream(stream, bricksSorted(2));
        await listener.waitForEvents(fromRevision === 0n && life !== 'was deleted' ? 1 : 2);
        await listener.waitForCaughtUp();
        expect(listener.errors).to.deep.equal([]);
        await subscription.unsubscribe();
      });
    }

    it(`is confirmed and caught up at once from the end of a stream that ${life}`, async () => {
      const stream = freshStream();
      await prepare(stream);
      const subscription = server.client().subscribeToStream(stream, { fromRevision: END });
      const listener = listenTo(subscription);
      await listener.waitForCaughtUp();
      expect(listener.signals).to.deep.equal(['confirmation', 'caughtUp']);
      await subscription.unsubscribe();
    });
  }

  it('skips truncated events', async () => {
    const stream = freshStream();
    await server.client().appendToStream(stream, bricksSorted(5));
    await server.client().setStreamMetadata(stream, { maxCount: 2 });
    const subscription = server.client().subscribeToStream(stream);
    const listener = listenTo(subscription);
    await listener.waitForEvents(2);
    await listener.waitForCaughtUp();
    expect(numbers(listener)).to.deep.equal([3, 4]);
    await subscription.unsubscribe();
  });

  it('resolves links on request', async () => {
    const [source, links] = [freshStream('source'), freshStream('links')];
    await server.client().appendToStream(source, bricksSorted(2, 10));
    await server.client().appendToStream(links, linkEvent(`1@${source}`));
    const subscription = server.client().subscribeToStream(links, { resolveLinkTos: true });
    const listener = listenTo(subscription);
    await listener.waitForEvents(1);
    await server.client().appendToStream(links, linkEvent(`0@${source}`));
    expect(trays(await listener.waitForEvents(2))).to.deep.equal([11, 10]);
    await subscription.unsubscribe();
  });

  it('survives deletion and recreation of its stream', async () => {
    const stream = freshStream();
    await server.client().appendToStream(stream, bricksSorted(2));
    const subscription = server.client().subscribeToStream(stream);
    const listener = listenTo(subscription);
    await listener.waitForEvents(2);
    await server.client().deleteStream(stream);
    await server.client().appendToStream(stream, bricksSorted(1, 2));
    await listener.waitForEvents(3);
    expect(numbers(listener)).to.deep.equal([0, 1, 2]);
    await subscription.unsubscribe();
  });

  it('delivers $streamDeleted with revision 2^63-1 when its stream gets a tombstone, and fails with StreamDeletedError', async () => {
    const stream = freshStream();
    await server.client().appendToStream(stream, bricksSorted(1));
    const listener = listenTo(server.client().subscribeToStream(stream));
    await listener.waitForEvents(1);
    await listener.waitForCaughtUp();
    await server.client().tombstoneStream(stream);
    expect(await listener.waitForError()).to.be.instanceOf(StreamDeletedError);
    expect(listener.events).to.have.length(2);
    expect(listener.events[1]?.event).to.include({ type: '$streamDeleted', revision: 9223372036854775807n });
  });

  it('fails with StreamDeletedError from the start of a tombstoned stream, and is caught up from its end', async () => {
    const stream = freshStream();
    await server.client().appendToStream(stream, bricksSorted(1));
    await server.client().tombstoneStream(stream);
    expect(await listenTo(server.client().subscribeToStream(stream)).waitForError())
      .to.be.instanceOf(StreamDeletedError)
      .and.include({ streamName: stream });
    const subscription = server.client().subscribeToStream(stream, { fromRevision: END });
    const listener = listenTo(subscription);
    await listener.waitForCaughtUp();
    await server.client().appendToStream(freshStream(), bricksSorted(1));
    await sleep(200);
    expect(listener.events).to.deep.equal([]);
    expect(listener.errors).to.deep.equal([]);
    await subscription.unsubscribe();
  });

  it('delivers nothing more once it is unsubscribed', async () => {
    const stream = freshStream();
    const subscription = server.client().subscribeToStream(stream, { fromRevision: END });
    const listener = listenTo(subscription);
    await listener.waitForCaughtUp();
    await subscription.unsubscribe();
    await sleep(100);
    await server.client().appendToStream(stream, bricksSorted(1));
    await sleep(200);
    expect(listener.events).to.deep.equal([]);
    expect(listener.errors).to.deep.equal([]);
  });

  it('neither loses nor repeats events while others append', async () => {
    const stream = freshStream('busy');
    const appends = (async () => {
      for (let tray = 0; tray < 300; tray += 3) await server.client().appendToStream(stream, bricksSorted(3, tray));
    })();
    const subscriptions = Array.from({ length: 5 }, () => server.client().subscribeToStream(stream));
    const listeners = subscriptions.map((subscription) => listenTo(subscription));
    await appends;
    for (const listener of listeners) {
      expect(trays(await listener.waitForEvents(300))).to.deep.equal(Array.from({ length: 300 }, (_, tray) => tray));
    }
    await Promise.all(subscriptions.map((subscription) => subscription.unsubscribe()));
  });
};

const describeAll = (server: Server) => {
  const isFrom = (prefix: string) => (event: { event?: { streamId: string } }) =>
    event.event?.streamId.startsWith(prefix) === true;

  it('delivers events of all streams after the given position', async () => {
    const prefix = freshStream('all');
    await server.client().appendToStream(`${prefix}-0`, bricksSorted(1));
    const { position } = await server.client().appendToStream(`${prefix}-1`, bricksSorted(1, 1));
    await server.client().appendToStream(`${prefix}-2`, bricksSorted(1, 2));
    const subscription = server.client().subscribeToAll({ fromPosition: position! });
    const listener = listenTo(subscription, isFrom(prefix));
    await listener.waitForEvents(1);
    await server.client().appendToStream(`${prefix}-3`, bricksSorted(1, 3));
    expect(trays(await listener.waitForEvents(2))).to.deep.equal([2, 3]);
    await subscription.unsubscribe();
  });

  it('starts with the very first event', async () => {
    const subscription = server.client().subscribeToAll({ fromPosition: START });
    const listener = listenTo(subscription);
    const [first] = await listener.waitForEvents(1);
    await subscription.unsubscribe();
    const read = server.client().readAll({ maxCount: 1 });
    for await (const event of read as AsyncIterable<{ event: { id: string } }>) {
      expect(ids([first!])).to.deep.equal([event.event.id]);
    }
  });

  it('delivers only new events from the end', async () => {
    const prefix = freshStream('all');
    await server.client().appendToStream(prefix, bricksSorted(1));
    const subscription = server.client().subscribeToAll({ fromPosition: END });
    const listener = listenTo(subscription, isFrom(prefix));
    await listener.waitForCaughtUp();
    await server.client().appendToStream(prefix, bricksSorted(1, 1));
    expect(trays(await listener.waitForEvents(1))).to.deep.equal([1]);
    await subscription.unsubscribe();
  });

  it('serves 200 subscriptions at once', async function () {
    this.timeout(30_000);
    const stream = freshStream('crowd');
    const fromPosition = await endOfLog(server.client());
    const subscriptions: AllStreamSubscription[] = [];
    const clients = Array.from({ length: 4 }, () => server.connectAlone());
    for (let index = 0; index < 200; index += 1)
      subscriptions.push(clients[index % 4]!.subscribeToAll({ fromPosition }));
    const listeners = subscriptions.map((subscription) => listenTo(subscription, isFrom(stream)));
    await Promise.all(listeners.map((listener) => listener.waitForCaughtUp()));
    await server.client().appendToStream(stream, bricksSorted(20));
    for (const listener of listeners) expect(await listener.waitForEvents(20)).to.have.length(20);
    await Promise.all(subscriptions.map((subscription) => subscription.unsubscribe()));
  });

  server.itAfterRestart('fails with UnavailableError, and a new one resumes from the last revision', async function () {
    this.timeout(60_000);
    const stream = freshStream('broken');
    await server.client().appendToStream(stream, bricksSorted(3));
    const listener = listenTo(server.client().subscribeToStream(stream));
    await listener.waitForEvents(3);
    await server.restart();
    expect(await listener.waitForError()).to.be.instanceOf(UnavailableError);
    await server.client().appendToStream(stream, bricksSorted(2, 3));
    const again = server.client().subscribeToStream(stream, { fromRevision: listener.events.at(-1)!.event!.revision });
    const second = listenTo(again);
    await eventually(() => expect(numbers(second)).to.deep.equal([3, 4]));
    await again.unsubscribe();
  });
};

export const catchUpContract = (server: Server): void => {
  describe('subscribing to a stream', () => describeStreams(server));
  describe('subscribing to $all', () => describeAll(server));
};
