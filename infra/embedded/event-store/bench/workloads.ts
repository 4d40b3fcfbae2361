import { randomUUID } from 'node:crypto';
import {
  binaryEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import { inFlight, sampleOf, type Sample } from './sampling.ts';

/** Bytes of data in every event that is measured. */
export const EVENT_BYTES = 256;
const data = new Uint8Array(EVENT_BYTES).fill(120);

export const measuredEvent = () => binaryEvent({ type: 'Measured', data });
export const fresh = (): string => `bench-${randomUUID()}`;

export const appendToOne = (client: EventStoreDBClient, total: number, width: number): Promise<Sample> => {
  const stream = fresh();
  return inFlight(total, width, () => client.appendToStream(stream, measuredEvent()));
};

export const appendToMany = (client: EventStoreDBClient, total: number, width: number): Promise<Sample> => {
  const stem = fresh();
  return inFlight(total, width, (index) => client.appendToStream(`${stem}-${index % 1_000}`, measuredEvent()));
};

/** Many events in each append; the sample counts events. */
export const appendBatches = (client: EventStoreDBClient, total: number, size: number): Promise<Sample> => {
  const stream = fresh();
  const append = () => client.appendToStream(stream, Array.from({ length: size }, measuredEvent));
  return inFlight(total, 32, append, size);
};

export const fill = async (client: EventStoreDBClient, stream: string, events: number): Promise<void> => {
  for (let writtenCount = 0; writtenCount < events; writtenCount += 1_000) {
    await client.appendToStream(stream, Array.from({ length: Math.min(1_000, events - writtenCount) }, measuredEvent));
  }
};

export const read = async (client: EventStoreDBClient, stream: string, events: number): Promise<Sample> => {
  const startedAt = performance.now();
  let receivedCount = 0;
  for await (const event of client.readStream(stream, { maxCount: events }) as AsyncIterable<unknown>) {
    receivedCount += Number(event !== undefined);
  }
  if (receivedCount !== events) throw new Error(`Read ${receivedCount} of ${events} events`);
  return sampleOf(events, performance.now() - startedAt);
};

export const catchUp = (client: EventStoreDBClient, stream: string, events: number): Promise<Sample> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let receivedCount = 0;
    const subscription = client.subscribeToStream(stream, { fromRevision: START });
    subscription.on('error', reject);
    subscription.on('data', () => {
      receivedCount += 1;
      if (receivedCount !== events) return;
      resolve(sampleOf(events, performance.now() - startedAt));
      void subscription.unsubscribe();
    });
  });

/** A new group from the start of the stream, every event acknowledged as it comes. */
export const consume = async (client: EventStoreDBClient, stream: string, events: number): Promise<Sample> => {
  const group = randomUUID();
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START });
  await client.createPersistentSubscriptionToStream(stream, group, settings);
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let receivedCount = 0;
    const subscription = client.subscribeToPersistentSubscriptionToStream(stream, group, { bufferSize: 100 });
    subscription.on('error', reject);
    subscription.on('data', (delivery) => {
      subscription.ack(delivery).catch(reject);
      receivedCount += 1;
      if (receivedCount !== events) return;
      resolve(sampleOf(events, performance.now() - startedAt));
      void subscription.unsubscribe();
    });
  });
};
