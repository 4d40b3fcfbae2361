import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { integrationEnvelope, type IntegrationEvent } from '@lego-moc/event-store/integration-events';
import { z } from 'zod';

/** An integration event with its place: events of one stream reach a subscriber in the order of their revisions. */
export type BusEvent = {
  /** The stream that holds it, `integration-<context>`. */
  readonly stream: string;
  /** Its revision in that stream. */
  readonly streamRevision: bigint;
  /** The whole message, as subscribers read it. */
  readonly envelope: IntegrationEvent;
  readonly traceparent?: string;
};

const STREAM_PREFIX = 'integration-';

const envelopeSchema = integrationEnvelope(z.record(z.string(), z.unknown()));

/** An integration event as it leaves the platform. Throws a `ZodError` on an event without the envelope. */
export const busEventOf = ({
  stream,
  revision,
  data,
  cause,
}: Pick<DeliveredEvent, 'stream' | 'revision' | 'data' | 'cause'>): BusEvent => {
  const envelope = envelopeSchema.parse(data) as IntegrationEvent;
  const { traceparent } = cause;
  return { stream, streamRevision: revision, envelope, ...(traceparent === undefined ? {} : { traceparent }) };
};

/** Reads a message of the bus. Throws on anything that is no envelope. */
export const parseEnvelope = (text: string): IntegrationEvent =>
  envelopeSchema.parse(JSON.parse(text)) as IntegrationEvent;

/** The context that published on a stream: `moc-management`. */
export const contextOf = (stream: string): string =>
  stream.startsWith(STREAM_PREFIX) ? stream.slice(STREAM_PREFIX.length) : stream;

/** The words by which subscribers select: the context and the type of the event, as in `moc-management.moc.created`. */
export const routingKeyOf = ({ stream, envelope: { eventType } }: Pick<BusEvent, 'stream' | 'envelope'>): string =>
  `${contextOf(stream)}.${eventType}`;

/** The size of the message. */
export const sizeOf = ({ envelope }: Pick<BusEvent, 'envelope'>): number => Buffer.byteLength(JSON.stringify(envelope));
