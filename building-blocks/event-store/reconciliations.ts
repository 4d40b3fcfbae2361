import { BACKWARDS, END, jsonEvent, StreamNotFoundError } from '@eventstore/db-client';
import { newId } from '@lego-moc/application/new-id';
import type { Instant } from '@lego-moc/kernel/message';
import { appendEvents } from './append-events.ts';
import type { EventStoreClient } from './connect.ts';
import { toMetadata } from './delivered-event.ts';
import { retryUnavailable } from './retry.ts';

const EVENT_TYPE = 'reconciliation.Completed';

const streamOf = (name: string): string => `reconciliation-${name}`;

/** Notes that the reconciliation `name` went through to its end. Throws `EventStoreUnavailable`. */
export const recordReconciliation = async (client: EventStoreClient, name: string): Promise<void> => {
  const id = newId();
  const metadata = toMetadata({ commandId: id, correlationId: id, actor: name });
  await appendEvents(client, streamOf(name), [jsonEvent({ id, type: EVENT_TYPE, data: {}, metadata })], 'any');
};

/** When the reconciliation `name` went through last; `undefined` when it never did. Throws `EventStoreUnavailable`. */
export const lastReconciliation = (client: EventStoreClient, name: string): Promise<Instant | undefined> =>
  retryUnavailable(client, async () => {
    let instant: Instant | undefined;
    try {
      const last = client.readStream(streamOf(name), { direction: BACKWARDS, fromRevision: END, maxCount: 1 });
      for await (const { event } of last) instant = event?.created.toISOString() as Instant | undefined;
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
    return instant;
  });
