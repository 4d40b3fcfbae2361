import { ANY, jsonEvent, type EventData } from '@eventstore/db-client';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Logger } from '@lego-moc/logger/logger';
import type { EventStoreClient } from './connect.ts';
import { toMetadata, type DeliveredEvent, type Source } from './delivered-event.ts';
import { integrationStream, type Announcement, type IntegrationEvent } from './integration-events.ts';
import { subscribePersistently } from './persistent-subscription.ts';
import { retryUnavailable } from './retry.ts';
import type { Subscription } from './subscription.ts';

export type Publication = {
  readonly context: string;
  /** The private streams that are translated. */
  readonly source: Source;
  /** What the world learns of an event; nothing for most. Must give the same answer each time. */
  readonly translate: (delivered: DeliveredEvent) => Promise<readonly Announcement[]> | readonly Announcement[];
  readonly logger: Logger;
};

/**
 * Translates private events into integration events on `integration-<context>`, at least once; the ids are derived
 * from the source event, so that a repetition is recognised. Runs as the group `<context>-publisher`.
 */
export const publishIntegrationEvents = (
  client: EventStoreClient,
  { context, source, translate, logger }: Publication,
): Subscription => {
  const stored = async (delivered: DeliveredEvent): Promise<readonly EventData[]> => {
    const metadata = toMetadata({ ...delivered.cause, commandId: delivered.eventId, actor: context });
    return (await translate(delivered)).map((announcement, index) => {
      const data = envelope(context, delivered, announcement, index);
      return jsonEvent({ id: data.eventId, type: data.eventType, data, metadata });
    });
  };

  const publish = async (batch: readonly DeliveredEvent[]): Promise<void> => {
    const events: EventData[] = [];
    for (const delivered of batch) events.push(...(await stored(delivered)));
    if (events.length === 0) return;
    await retryUnavailable(client, () =>
      client.appendToStream(integrationStream(context), events, { expectedRevision: ANY }),
    );
  };
  const handle = (delivered: DeliveredEvent): Promise<void> => publish([delivered]);

  return subscribePersistently(client, {
    group: `${context}-publisher`,
    source,
    logger,
    handle,
    // The store recognises a repeated append as a whole only: what may have been published before goes by itself.
    handleAll: async (batch) => {
      await Promise.all([
        publish(batch.filter(({ fresh = false }) => fresh)),
        ...batch.filter(({ fresh = false }) => !fresh).map(handle),
      ]);
    },
  });
};

const envelope = (
  source: string,
  { eventId, recordedAt, cause }: DeliveredEvent,
  { eventType, subject, revision, payload }: Announcement,
  index: number,
): IntegrationEvent => ({
  eventType,
  eventId: derivedId(eventId, String(index)),
  timestamp: recordedAt,
  correlationId: cause.correlationId,
  source,
  subject,
  revision,
  payload,
});
