import { jsonEvent } from '@eventstore/db-client';
import { newId } from '@lego-moc/application/new-id';
import { appendEvents } from '@lego-moc/event-store/append-events';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import type { IntegrationEvent } from '@lego-moc/event-store/integration-events';
import type { Instant } from '@lego-moc/kernel/message';
import type { BusEvent } from '../bus-event.ts';

/** An event about the box `number`. */
export const boxFilled = (number: number, source = 'boxes'): IntegrationEvent<{ readonly number: number }> => ({
  eventType: 'box.filled',
  eventId: newId(),
  timestamp: new Date().toISOString() as Instant,
  correlationId: `request-${number}`,
  source,
  subject: `box-${number}`,
  revision: '0',
  payload: { number },
});

/** Events as a relay hands them to a publisher, numbered from `from` to `to`. */
export const busEvents = (stream: string, from: number, to: number): readonly BusEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    stream,
    streamRevision: BigInt(from + index),
    envelope: boxFilled(from + index),
  }));

/** Appends numbered events to an integration stream; returns their ids. */
export const announceBoxes = async (
  client: EventStoreClient,
  stream: string,
  from: number,
  to: number,
): Promise<readonly string[]> => {
  const envelopes = Array.from({ length: to - from + 1 }, (_, index) => boxFilled(from + index));
  const events = envelopes.map((data) => jsonEvent({ id: data.eventId, type: data.eventType, data }));
  await appendEvents(client, stream, events, 'any');
  return envelopes.map(({ eventId }) => eventId);
};

/** The number in an event of `boxFilled`. */
export const numberOf = ({ payload }: Pick<IntegrationEvent, 'payload'>): number =>
  (payload as { readonly number: number }).number;
