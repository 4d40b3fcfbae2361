import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import { subscribePersistently } from '@lego-moc/event-store/persistent-subscription';
import type { JsonObject } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { MOC_MANAGEMENT_EVENTS, type MocPayload } from '@lego-moc/moc-management/contracts/integration-events';
import type { IntegrationProjection } from '@lego-moc/read-models/projection';
import type { ReadModelStore } from '@lego-moc/read-models/read-model-store';
import { followIntegration } from '@lego-moc/read-models/run-projection';
import { deliveryOf } from '../testing/index-for-tests.ts';
import { atRate, latenciesOf, type Latencies } from './load.ts';

/** Events a second. */
export const EVENT_RATE = 100;
/** One event of so many is looked for. */
const SAMPLE_OF = 25;
const LOOK_EVERY_MS = 20;

export type EventLoad = {
  readonly client: EventStoreClient;
  readonly seconds: number;
  /** A MOC with this title. */
  readonly mocOf: (title: string) => Exclude<MocPayload, { status: 'deleted' }>;
};

/** Appends events of MOCs at a rate; `onAppend` is called with the title and the id of each when its append begins. */
const appendMocs = (
  { client, seconds, mocOf }: EventLoad,
  onAppend: (title: string, mocId: string, number: number) => void,
): Promise<Latencies> => {
  const run = newId().slice(-8);
  const streams = eventStoreDbStreams<{ readonly type: string; readonly data: JsonObject }>(client, 'integration', {
    encode: (event) => event,
    decode: (type, data) => ({ type, data: data as JsonObject }),
  });
  return atRate(EVENT_RATE, seconds, async (number) => {
    const title = `visible${run}x${number}`;
    const moc = mocOf(title);
    const { type, data } = deliveryOf('moc.updated', moc.mocId, 0n, moc);
    onAppend(title, moc.mocId, number);
    const cause = { commandId: newId(), correlationId: newId(), actor: 'a benchmark' };
    const event = { type, data: JSON.parse(JSON.stringify(data)) as JsonObject };
    await streams.append(MOC_MANAGEMENT_EVENTS.replace(/^integration-/u, ''), [event], 'any', cause);
  });
};

/** From appending an event to finding its MOC, while a hundred events a second come. */
export const eventToVisible = async <Row extends object>(
  load: EventLoad,
  store: ReadModelStore,
  projection: IntegrationProjection<MocPayload, Row>,
  isFound: (title: string) => Promise<boolean>,
): Promise<Latencies> => {
  const host = { client: load.client, store, context: `bench-${newId()}`, logger: silentLogger };
  const follower = followIntegration(host, projection);
  const waits: Promise<number>[] = [];
  const awaitVisible = async (title: string): Promise<number> => {
    const startedAt = performance.now();
    while (!(await isFound(title))) await sleep(LOOK_EVERY_MS);
    return performance.now() - startedAt;
  };
  try {
    await pollUntil(
      'the projection has caught up',
      () => follower.status(),
      ({ lag, state }) => lag === 0 && state === 'live',
      60_000,
    );
    const { failed } = await appendMocs(load, (title, _mocId, number) => {
      if (number % SAMPLE_OF === 0) waits.push(awaitVisible(title));
    });
    return latenciesOf(await Promise.all(waits), failed);
  } finally {
    await follower.stop();
  }
};

/** From appending an event to its delivery to a subscription that does nothing: the floor under every projection. */
export const eventToDelivery = async (load: EventLoad): Promise<Latencies> => {
  const beginnings = new Map<string, number>();
  const durationsMs: number[] = [];
  const subscription = subscribePersistently(load.client, {
    ...{ group: `bench-${newId()}`, source: { stream: MOC_MANAGEMENT_EVENTS }, logger: silentLogger },
    handle: ({ data }) => {
      const beganAt = beginnings.get(String((data as { readonly subject?: unknown }).subject));
      if (beganAt !== undefined) durationsMs.push(performance.now() - beganAt);
      return Promise.resolve();
    },
  });
  try {
    await pollUntil('the subscription is live', () => subscription.status().state === 'live', Boolean, 60_000);
    const { failed } = await appendMocs(load, (_title, mocId) => beginnings.set(mocId, performance.now()));
    await pollUntil('all are delivered', () => durationsMs.length >= beginnings.size - failed, Boolean, 60_000);
    return latenciesOf(durationsMs, failed);
  } finally {
    await subscription.stop();
  }
};
