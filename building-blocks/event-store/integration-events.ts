import type { Instant, JsonObject } from '@lego-moc/kernel/message';
import { z } from 'zod';

/**
 * The form of events between contexts. `payload` holds the whole public state of `subject` after the event, and
 * `revision` orders the events of one subject: a consumer that keeps the newest per subject does not depend on the order of delivery.
 */
export const integrationEnvelope = <Payload>(payload: z.ZodType<Payload>) =>
  z.object({
    eventType: z.string(),
    eventId: z.uuid(),
    timestamp: z.iso.datetime().transform((instant) => instant as Instant),
    correlationId: z.string(),
    /** The context that publishes. */
    source: z.string(),
    /** Id of the entity that the event is about. */
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

/** The part of an integration event that its context supplies; the rest follows from the private event. */
export type Announcement<Payload = JsonObject> = Pick<
  IntegrationEvent<Payload>,
  'eventType' | 'subject' | 'revision' | 'payload'
>;

/** The stream on which a context publishes. */
export const integrationStream = (context: string): string => `integration-${context}`;
