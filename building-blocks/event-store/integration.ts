import { ANY, jsonEvent, type EventData } from '@eventstore/db-client';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, JsonObject } from '@lego-moc/kernel/message';
import type { Logger } from '@lego-moc/logger/logger';
import { z } from 'zod';
import { asking } from './asking.ts';
import type { EventStoreClient } from './connect.ts';
import { metadataFrom, type Delivered, type Source } from './delivered.ts';
import { subscribePersistently, type Subscription } from './subscriptions.ts';

/**
 * What one context tells the others. `payload` holds the whole public state of `subject` after the event, and
 * `revision` orders the events of one subject: whoever keeps the newest per subject needs no order of delivery.
 */
export const integrationEnvelope = <Payload>(payload: z.ZodType<Payload>) =>
  z.object({
    eventType: z.string(),
    eventId: z.uuid(),
    timestamp: z.iso.datetime().transform((instant) => instant as Instant),
    correlationId: z.string(),
    /** The context that publishes. */
    source: z.string(),
    /** Id of the thing that it is about. */
    subject: z.string(),
    /** Revision of the subject's own stream after the event, as a decimal string. */
    revision: z.string().regex(/^\d+$/),
    payload,
  });

export type IntegrationEvent<Payload = JsonObject> = {
  readonly eventType: string;
  readonly eventId: string;
  readonly timestamp: Instant;
  readonly correlationId: string;
  readonly source: string;
  readonly subject: string;
  readonly revision: string;
  readonly payload: Payload;
};

/** The part of an integration event that a context has to say; the rest follows from the event behind it. */
export type Announcement<Payload = JsonObject> = Pick<
  IntegrationEvent<Payload>,
  'eventType' | 'subject' | 'revision' | 'payload'
>;

/** The stream on which a context publishes. */
export const integrationStream = (context: string): string => `integration-${context}`;

export type Publication = {
  readonly context: string;
  /** The private streams that are translated. */
  readonly source: Source;
  /** What the world learns of an event; nothing for most. Must give the same answer each time. */
  readonly translate: (delivered: Delivered) => Promise<readonly Announcement[]> | readonly Announcement[];
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
  const stored = async (delivered: Delivered): Promise<readonly EventData[]> => {
    const metadata = metadataFrom({ ...delivered.cause, commandId: delivered.eventId, actor: context });
    return (await translate(delivered)).map((announcement, index) => {
      const data = envelope(context, delivered, announcement, index);
      return jsonEvent({ id: data.eventId, type: data.eventType, data, metadata });
    });
  };

  const publish = async (batch: readonly Delivered[]): Promise<void> => {
    const events: EventData[] = [];
    for (const delivered of batch) events.push(...(await stored(delivered)));
    if (events.length === 0) return;
    await asking(() => client.appendToStream(integrationStream(context), events, { expectedRevision: ANY }));
  };
  const handle = (delivered: Delivered): Promise<void> => publish([delivered]);

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
  { eventId, recordedAt, cause }: Delivered,
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
