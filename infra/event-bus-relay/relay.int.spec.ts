import { jsonEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import type { BusEvent } from '@lego-moc/event-bus/bus-event';
import { EventBusUnavailable, EventRefused, type EventPublisher } from '@lego-moc/event-bus/event-publisher';
import { announceBoxes, boxFilled, numberOf } from '@lego-moc/event-bus/testing/sample-events';
import { appendEvents } from '@lego-moc/event-store/append-events';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { operableGroup } from '@lego-moc/event-store/operable';
import { readActions } from '@lego-moc/event-store/operator-actions';
import { subscribePersistently } from '@lego-moc/event-store/persistent-subscription';
import { all } from '@lego-moc/event-store/event-streams.contract';
import { readStreamEvents } from '@lego-moc/event-store/read-stream';
import type { Subscription } from '@lego-moc/event-store/subscription';
import { silentLogger } from '@lego-moc/logger/logger';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { createRelay } from './relay.ts';
import { replayParkedEvents } from './replay-parked.ts';
import { loadPosition } from './relay-position.ts';

/** A bus that keeps what it is given, unless `refuse` throws. */
const listPublisher = (refuse: (events: readonly BusEvent[]) => void = () => undefined) => {
  const events: BusEvent[] = [];
  const publisher: EventPublisher = {
    publish: (batch) => {
      refuse(batch);
      events.push(...batch);
      return Promise.resolve();
    },
    state: () => ({ available: true }),
    close: () => Promise.resolve(),
  };
  return { publisher, events, numbers: () => events.map(({ envelope }) => numberOf(envelope)) };
};

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('relaying integration events', function () {
  this.timeout(40_000);
  let client: EventStoreClient;
  let streamPrefix: string;
  let name: string;
  let running: Subscription[];

  before(async () => {
    ({ client } = await eventStoreForTests());
  });
  beforeEach(() => {
    name = `relay-${newId()}`;
    streamPrefix = `integration-${newId()}`;
    running = [];
  });
  afterEach(() => Promise.all(running.map((subscription) => subscription.stop())));

  const relayTo = (publisher: EventPublisher) =>
    createRelay({ name, client, publisher, streamPrefix, logger: silentLogger });
  const source = () => ({ streamPrefixes: [streamPrefix] });
  const start = (publisher: EventPublisher): Subscription => {
    const { handle, handleAll } = relayTo(publisher);
    const options = { group: name, source: source(), logger: silentLogger, exclusive: true };
    const subscription = subscribePersistently(client, { ...options, handle, handleAll });
    running.push(subscription);
    return subscription;
  };
  const announce = (context: string, from: number, to: number) =>
    announceBoxes(client, `${streamPrefix}-${context}`, from, to);
  const lastEvent = async (context: string) => {
    const events = await all(readStreamEvents(client, `${streamPrefix}-${context}`));
    return events.at(-1)!;
  };

  it('publishes the events of every stream in the order of the log, with their envelopes', async () => {
    const bus = listPublisher();
    start(bus.publisher);
    const ids = [...(await announce('a', 1, 3)), ...(await announce('b', 4, 5)), ...(await announce('a', 6, 6))];
    await pollUntil('six events are published', () => bus.events.length >= 6);
    expect(bus.events.map(({ envelope }) => envelope.eventId)).to.deep.equal(ids);
    expect(bus.events.map(({ stream, streamRevision }) => [stream.at(-1), Number(streamRevision)])).to.deep.equal([
      ...[
        ['a', 0],
        ['a', 1],
        ['a', 2],
      ],
      ...[
        ['b', 0],
        ['b', 1],
      ],
      ['a', 3],
    ]);
    expect(bus.events[0]?.envelope).to.deep.include({
      eventType: 'box.filled',
      subject: 'box-1',
      payload: { number: 1 },
    });
  });

  it('goes on behind the last confirmed event when it starts again, without publishing it again', async () => {
    await announce('a', 1, 600);
    const first = listPublisher();
    await relayTo(first.publisher).handle(await lastEvent('a'));
    await announce('a', 601, 700);
    const second = listPublisher();
    await relayTo(second.publisher).handle(await lastEvent('a'));
    expect(first.numbers()).to.deep.equal(range(1, 600));
    expect(second.numbers()).to.deep.equal(range(601, 700));
  });

  it('publishes again what the bus confirmed when it ended before the position was saved', async () => {
    await announce('a', 1, 10);
    const lostBus = listPublisher();
    const outcome = relayTo({
      ...lostBus.publisher,
      publish: async (events) => {
        await lostBus.publisher.publish(events);
        throw new EventBusUnavailable('the process ended here');
      },
    }).handle(await lastEvent('a'));
    expect(await outcome.catch((error: unknown) => error)).to.be.instanceOf(EventBusUnavailable);
    const next = listPublisher();
    await relayTo(next.publisher).handle(await lastEvent('a'));
    expect(lostBus.numbers()).to.deep.equal(range(1, 10));
    expect(next.numbers()).to.deep.equal(range(1, 10));
  });

  it('keeps the order through an outage of the bus', async () => {
    let attempts = 0;
    const bus = listPublisher(() => {
      attempts += 1;
      if (attempts % 2 === 1) throw new EventBusUnavailable('away');
    });
    start(bus.publisher);
    for (const from of [1, 11, 21]) await announce('a', from, from + 9);
    await pollUntil('all are published', () => bus.events.length >= 30);
    expect(bus.numbers()).to.deep.equal(range(1, 30));
    expect(attempts).to.be.greaterThan(1);
  });

  it('lets only one of two relays save a position, and publishes everything', async () => {
    await announce('a', 1, 300);
    const bus = listPublisher();
    const [one, other] = [relayTo(bus.publisher), relayTo(bus.publisher)];
    const last = await lastEvent('a');
    const outcomes = await Promise.allSettled([one.handle(last), other.handle(last)]);
    expect(outcomes.some(({ status }) => status === 'fulfilled')).to.equal(true);
    const firstArrivals = [...new Set(bus.numbers())];
    expect(firstArrivals).to.deep.equal(range(1, 300));
    expect((await loadPosition(client, name)).place?.position).to.equal(last.position);
  });

  it('admits one relay at a time; the next takes over when it has stopped', async () => {
    const first = listPublisher();
    const leader = start(first.publisher);
    await announce('a', 1, 5);
    await pollUntil('the first one relays', () => first.events.length >= 5);
    const second = listPublisher();
    const follower = start(second.publisher);
    await pollUntil('the second one stands by', () => follower.status().state === 'standby');
    await leader.stop();
    await announce('a', 6, 8);
    await pollUntil('the second one relays', () => second.events.length >= 3);
    expect(first.numbers()).to.deep.equal(range(1, 5));
    expect(second.numbers()).to.deep.equal([6, 7, 8]);
  });

  it('parks an event that the bus refuses for good, relays the others, and publishes it at its replay', async () => {
    let isRefusing = true;
    const bus = listPublisher((events) => {
      const refusedEvent = events.find(({ envelope }) => numberOf(envelope) === 2);
      if (isRefusing && refusedEvent !== undefined) throw new EventRefused(refusedEvent.envelope.eventId, 'too large');
    });
    const subscription = start(bus.publisher);
    await announce('a', 1, 4);
    const group = operableGroup(client, name, [
      { source: source(), status: () => subscription.status(), handle: () => Promise.resolve() },
    ]);
    const replay = () =>
      replayParkedEvents(client, { operator: 'olga', reason: 'it is smaller now', relay: name, streamPrefix });
    await pollUntil('it is parked', async () => (await group.deadLetters.list()).length === 1);
    expect(bus.numbers()).to.deep.equal([1, 3, 4]);
    expect((await group.deadLetters.list())[0]?.reason).to.contain('too large');
    isRefusing = false;
    expect(await replay()).to.equal(1);
    await pollUntil('it is published', () => bus.events.length >= 4);
    expect(bus.numbers()).to.deep.equal([1, 3, 4, 2]);
    const actions = await readActions(client, { limit: 50 });
    expect(actions.find(({ target }) => target === name)).to.include({ operator: 'olga', action: 'replay', count: 1 });
    expect(await replay()).to.equal(0);
  });

  it('parks an event without an envelope, and relays the others', async () => {
    const bus = listPublisher();
    const subscription = start(bus.publisher);
    const odd = jsonEvent({ id: newId(), type: 'odd', data: { ...boxFilled(9), eventId: 'none' } });
    await appendEvents(client, `${streamPrefix}-a`, [odd], 'any');
    await announce('a', 1, 2);
    await pollUntil('it is parked', () => subscription.status().parked === 1);
    expect(bus.numbers()).to.deep.equal([1, 2]);
  });

  it('begins anew in a store that has another event at the saved position', async () => {
    await announce('a', 1, 3);
    const before = listPublisher();
    await relayTo(before.publisher).handle(await lastEvent('a'));
    const { place } = await loadPosition(client, name);
    const data = { position: String(place?.position), eventId: newId(), streams: {} };
    const copy = jsonEvent({ id: newId(), type: 'event-bus-relay.PositionSaved', data });
    await appendEvents(client, name, [copy], 'any');
    const after = listPublisher();
    await relayTo(after.publisher).handle(await lastEvent('a'));
    expect(after.numbers()).to.deep.equal([1, 2, 3]);
  });
});
