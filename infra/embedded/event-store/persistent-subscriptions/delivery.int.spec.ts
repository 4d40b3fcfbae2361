import {
  EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { startNode, type RunningNode } from '../server/start-node.ts';
import { consumerOf } from './testing/consumer.ts';

const fromStart = (changes = {}) =>
  persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, ...changes });
const orders = (...numbers: number[]) => numbers.map((number) => jsonEvent({ type: 'Ordered', data: { number } }));

describe('consuming through a persistent subscription', () => {
  let node: RunningNode;
  let client: EventStoreDBClient;

  before(async () => {
    node = await startNode({ mem: true, port: 0 });
    client = EventStoreDBClient.connectionString(node.connectionString);
  });

  after(async () => {
    await client.dispose();
    await node.stop();
  });

  it('delivers stored and later events of a stream to one consumer, in order', async () => {
    await client.appendToStream('orders-1', orders(1, 2));
    await client.createPersistentSubscriptionToStream('orders-1', 'readers', fromStart());
    const consumer = consumerOf(client.subscribeToPersistentSubscriptionToStream('orders-1', 'readers'));
    await consumer.received(2);
    await client.appendToStream('orders-1', orders(3));
    const deliveries = await consumer.received(3);
    expect(deliveries.map(({ event }) => event?.data)).to.deep.equal([{ number: 1 }, { number: 2 }, { number: 3 }]);
    await consumer.leave();
  });

  it('delivers only the events of $all that match the filter', async () => {
    await client.createPersistentSubscriptionToAll(
      'shipments',
      persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START }),
      { filter: streamNameFilter({ prefixes: ['shipment-'] }) },
    );
    const consumer = consumerOf(client.subscribeToPersistentSubscriptionToAll('shipments'));
    await client.appendToStream('parcel-1', orders(1));
    await client.appendToStream('shipment-1', orders(2));
    await client.appendToStream('shipment-2', orders(3));
    const deliveries = await consumer.received(2);
    expect(deliveries.map(({ event }) => event?.streamId)).to.deep.equal(['shipment-1', 'shipment-2']);
    await consumer.leave();
  });

  it('filters $all by event type and regular expression', async () => {
    await client.createPersistentSubscriptionToAll(
      'alarms',
      persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START }),
      { filter: eventTypeFilter({ regex: '^Alarm' }) },
    );
    const consumer = consumerOf(client.subscribeToPersistentSubscriptionToAll('alarms'));
    await client.appendToStream('sensor-1', [
      jsonEvent({ type: 'Measured', data: {} }),
      jsonEvent({ type: 'AlarmRaised', data: {} }),
    ]);
    const [delivery] = await consumer.received(1);
    expect(delivery?.event?.type).to.equal('AlarmRaised');
    await consumer.leave();
  });

  it('delivers a rejected event again, counting the retries, and parks it in the end', async () => {
    await client.appendToStream('orders-2', orders(1));
    await client.createPersistentSubscriptionToStream('orders-2', 'readers', fromStart({ maxRetryCount: 2 }));
    const subscription = client.subscribeToPersistentSubscriptionToStream('orders-2', 'readers');
    const consumer = consumerOf(subscription, async (event) => subscription.nack('retry', 'not yet', event));
    const deliveries = await consumer.received(3);
    expect(deliveries.map(({ retryCount }) => retryCount)).to.deep.equal([0, 1, 2]);
    await consumer.until(async () => {
      const { stats } = await client.getPersistentSubscriptionToStreamInfo('orders-2', 'readers');
      return stats.parkedMessageCount === 1n;
    });
    await consumer.leave();
  });

  it('replays parked messages', async () => {
    const consumer = consumerOf(client.subscribeToPersistentSubscriptionToStream('orders-2', 'readers'));
    await client.replayParkedMessagesToStream('orders-2', 'readers');
    const [delivery] = await consumer.received(1);
    expect(delivery?.event?.data).to.deep.equal({ number: 1 });
    expect(delivery?.link?.streamId).to.equal('$persistentsubscription-orders-2::readers-parked');
    const { stats } = await client.getPersistentSubscriptionToStreamInfo('orders-2', 'readers');
    expect(stats.parkedMessageCount).to.equal(0n);
    await consumer.leave();
  });
});
