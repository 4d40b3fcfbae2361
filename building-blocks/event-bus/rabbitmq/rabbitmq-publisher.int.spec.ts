import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import { openTcpDoor } from '@lego-moc/event-store/testing/tcp-door';
import { silentLogger } from '@lego-moc/logger/logger';
import { hasRabbitMq, rabbitMqForTests } from '@lego-moc/testing/rabbitmq-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import type { BusEvent } from '../bus-event.ts';
import { EventBusUnavailable, type EventPublisher } from '../event-publisher.ts';
import { countMessages, openQueue, removeNamespace } from '../testing/broker-queue.ts';
import { busEvents } from '../testing/sample-events.ts';
import { rabbitMqPublisher } from './rabbitmq-publisher.ts';
import { busNames } from './topology.ts';

const STREAM = 'integration-moc-management';

describe('publishing on RabbitMQ', function () {
  this.timeout(200_000);
  let url: string;
  let namespace: string;
  let unroutedEvents: BusEvent[];
  let closers: (() => Promise<unknown>)[];

  before(async function () {
    if (!hasRabbitMq()) skipWithout(this, 'RabbitMQ', 'install rabbitmq-server or set TEST_RABBITMQ_URL');
    url = await rabbitMqForTests();
  });
  beforeEach(() => {
    namespace = `tests-${newId()}`;
    unroutedEvents = [];
    closers = [];
  });
  afterEach(async () => {
    for (const close of closers.toReversed()) await close();
    await removeNamespace(url, namespace);
  });

  const connect = async (at = url, confirmTimeoutMs = 10_000): Promise<EventPublisher> => {
    const onUnrouted = (event: BusEvent): void => void unroutedEvents.push(event);
    const publisher = rabbitMqPublisher({ url: at, namespace, logger: silentLogger, onUnrouted, confirmTimeoutMs });
    closers.push(() => publisher.close());
    await pollUntil('the broker is there', () => publisher.state().available);
    return publisher;
  };
  const listen = async (pattern?: string) => {
    const queue = await openQueue(url, namespace, pattern);
    closers.push(queue.close);
    return queue;
  };
  const door = async (port?: number) => {
    const proxy = await openTcpDoor(Number(new URL(url).port || '5672'), port);
    const through = new URL(url);
    through.port = String(proxy.port);
    return { ...proxy, url: through.href };
  };

  it('delivers the envelope, its place and its ids, in order', async () => {
    const publisher = await connect();
    const { messages } = await listen('moc-management.box.*');
    const events = busEvents(STREAM, 1, 500);
    await publisher.publish(events);
    await pollUntil('all have arrived', () => messages.length >= 500);
    expect(messages.map(({ content }) => JSON.parse(content.toString()) as unknown)).to.deep.equal(
      events.map(({ envelope }) => envelope),
    );
    const [first] = messages;
    expect(first?.fields.routingKey).to.equal('moc-management.box.filled');
    expect(first?.properties).to.deep.include({
      messageId: events[0]?.envelope.eventId,
      type: 'box.filled',
      correlationId: 'request-1',
      contentType: 'application/json',
      deliveryMode: 2,
      headers: { stream: STREAM, revision: '1' },
    });
  });

  it('keeps an event that no queue is bound for in the queue of unrouted events', async () => {
    const publisher = await connect();
    await listen('gallery.#');
    await publisher.publish(busEvents(STREAM, 1, 3));
    expect(unroutedEvents.map(({ streamRevision }) => Number(streamRevision))).to.deep.equal([1, 2, 3]);
    expect(await countMessages(url, busNames(namespace).unrouted)).to.equal(3);
  });

  it('is unavailable while the broker is away, and comes back by itself', async () => {
    const { port, close, url: through } = await door();
    const publisher = await connect(through);
    const { messages } = await listen();
    await close();
    await pollUntil('the outage is noticed', () => !publisher.state().available);
    const outcome = await publisher.publish(busEvents(STREAM, 1, 1)).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(EventBusUnavailable);
    closers.unshift((await door(port)).close);
    await pollUntil('the broker is back', () => publisher.state().available);
    await publisher.publish(busEvents(STREAM, 2, 2));
    await pollUntil('the event has arrived', () => messages.length === 1);
    expect(messages[0]?.properties.headers).to.include({ revision: '2' });
  });

  it('gives up a broker that does not confirm, and connects anew', async () => {
    const proxy = await door();
    closers.unshift(proxy.close);
    const publisher = await connect(proxy.url, 200);
    proxy.freeze();
    const outcome = await publisher.publish(busEvents(STREAM, 1, 1)).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(EventBusUnavailable);
    expect((outcome as Error).message).to.contain('no confirmation within 200 ms');
    await pollUntil('the state says so', () => !publisher.state().available);
  });

  it('does not show the password of the broker in its state', async () => {
    const publisher = rabbitMqPublisher({
      url: 'amqp://somebody:secret-password@127.0.0.1:1',
      namespace,
      logger: silentLogger,
    });
    closers.push(() => publisher.close());
    const state = await pollUntil(
      'the first attempt failed',
      () => publisher.state(),
      (it) => !it.available && it.reason !== 'connecting',
    );
    expect(JSON.stringify(state)).not.to.contain('secret-password');
  });
});
