import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import { ensureServiceKeys } from '@lego-moc/auth-middleware/service-keys';
import { openQueue, removeNamespace } from '@lego-moc/event-bus/testing/broker-queue';
import { announceBoxes } from '@lego-moc/event-bus/testing/sample-events';
import { openTcpDoor } from '@lego-moc/event-store/testing/tcp-door';
import { silentLogger } from '@lego-moc/logger/logger';
import { override } from '@lego-moc/service/resource';
import { logger } from '@lego-moc/service/resources/core';
import { runContext } from '@lego-moc/service/run-context';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { hasRabbitMq, rabbitMqForTests } from '@lego-moc/testing/rabbitmq-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import { eventBusRelay } from './context.ts';

describe('the relay as a service', function () {
  this.timeout(200_000);
  let url: string;
  let folder: string;
  let namespace: string;
  let closers: (() => Promise<unknown>)[];

  before(async function () {
    if (!hasRabbitMq()) skipWithout(this, 'RabbitMQ', 'install rabbitmq-server or set TEST_RABBITMQ_URL');
    folder = await mkdtemp(join(tmpdir(), 'relay-'));
    closeAfterAllTests(() => rm(folder, { recursive: true, force: true }));
    url = await rabbitMqForTests();
    await ensureServiceKeys(folder, ['neighbour']);
  });
  beforeEach(() => {
    namespace = `tests-${newId()}`;
    closers = [];
  });
  afterEach(async () => {
    for (const close of closers.toReversed()) await close();
    await removeNamespace(url, namespace);
  });

  const start = async (busUrl: string, streamPrefix: string) => {
    const env = {
      PORT: '0',
      EVENTSTORE_URL: (await eventStoreForTests()).url,
      SERVICE_JWKS_PATH: join(folder, 'services.jwks.json'),
      EVENT_BUS_URL: busUrl,
      EVENT_BUS_NAMESPACE: namespace,
      EVENT_BUS_STREAM_PREFIX: streamPrefix,
    };
    const overrides = [override(logger, silentLogger)];
    const server = await runContext(eventBusRelay, { env, overrides, signals: false, checkReplies: true });
    closers.push(server.stop);
    return server;
  };
  const get = async (address: string) => {
    const reply = await fetch(address);
    return { status: reply.status, text: await reply.text() };
  };
  const metric = (text: string, name: string): number =>
    Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (.+)$`, 'm').exec(text)?.[1]);

  it('relays what was recorded, says so in its metrics, and is unready while the broker is away', async () => {
    const { client } = await eventStoreForTests();
    const streamPrefix = `integration-${newId()}`;
    const stream = `${streamPrefix}-a`;
    const brokerPort = Number(new URL(url).port || '5672');
    const door = await openTcpDoor(brokerPort);
    const through = new URL(url);
    through.port = String(door.port);
    const queue = await openQueue(url, namespace);
    closers.push(queue.close);
    const server = await start(through.href, streamPrefix);
    await pollUntil('it is ready', async () => (await get(`${server.url}/ready`)).status === 200);

    await announceBoxes(client, stream, 1, 20);
    await pollUntil('all are relayed', () => queue.messages.length >= 20);
    const atRest = await pollUntil(
      'the lag is gone',
      () => get(`${server.url}/metrics`),
      ({ text }) => metric(text, 'event_bus_lag_events') === 0,
    );
    expect(metric(atRest.text, 'event_bus_relayed_events_total')).to.equal(20);
    expect(metric(atRest.text, 'event_bus_lag_seconds')).to.equal(0);

    await door.close();
    const unready = await pollUntil(
      'it is unready',
      () => get(`${server.url}/ready`),
      ({ status }) => status === 503,
    );
    expect(unready.text).to.contain('The event bus is away');
    await announceBoxes(client, stream, 21, 30);
    const behind = await pollUntil(
      'the lag shows',
      () => get(`${server.url}/metrics`),
      ({ text }) => metric(text, 'event_bus_lag_events') === 10 && metric(text, 'event_bus_errors_total') > 0,
    );
    expect(metric(behind.text, 'event_bus_up')).to.equal(0);
    expect(metric(behind.text, 'event_bus_lag_seconds')).to.be.greaterThan(0);

    const newDoor = await openTcpDoor(brokerPort, door.port);
    closers.unshift(newDoor.close);
    await pollUntil('the rest is relayed', () => new Set(queue.texts()).size >= 30);
    await pollUntil('it is ready again', async () => (await get(`${server.url}/ready`)).status === 200);
  });

  it('refuses to start on a URL that names no event bus', async () => {
    const outcome = await start('http://localhost', 'integration-none').catch((error: unknown) => error);
    expect((outcome as Error).message).to.contain('EVENT_BUS_URL');
  });
});
