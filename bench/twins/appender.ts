/** A process that appends the event it is asked for to the event store of EVENTSTORE_URL, and answers how long that took. */
import { jsonEvent } from '@eventstore/db-client';
import { appendEvents } from '@lego-moc/event-store/append-events';
import { connectEventStore } from '@lego-moc/event-store/connect';

export type AppendRequest = { readonly stream: string; readonly eventId: string };

const client = connectEventStore(process.env['EVENTSTORE_URL'] ?? '');

process.on('message', ({ stream, eventId }: AppendRequest) => {
  const startedAt = performance.now();
  const event = jsonEvent({ id: eventId, type: 'toys.BrickPlaced', data: { studs: 1 } });
  void appendEvents(client, stream, [event], 'no-stream').then(() => process.send?.(performance.now() - startedAt));
});
