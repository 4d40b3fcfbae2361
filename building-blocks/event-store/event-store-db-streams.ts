import { jsonEvent, type EventData } from '@eventstore/db-client';
import type { Codec } from '@lego-moc/event-codec/codec';
import {
  derivedEventId,
  StreamMoved,
  type Cause,
  type EventStreams,
  type RecordedEvent,
  type Revision,
} from '@lego-moc/application/event-streams';
import type { Message } from '@lego-moc/kernel/message';
import { noTracing, traceStep, type Tracer } from '@lego-moc/tracing/tracer';
import { appendEvents } from './append-events.ts';
import type { EventStoreClient } from './connect.ts';
import { inTrace, toMetadata } from './delivered-event.ts';
import { lastRevision, readStreamEvents } from './read-stream.ts';

/**
 * The streams of one category in EventStoreDB, named `<category>-<id>`. All methods throw `EventStoreUnavailable` when
 * the store cannot be reached; the outcome of an append is then unknown, and repeating it with the same cause is safe.
 */
export const eventStoreDbStreams = <Event extends Message>(
  client: EventStoreClient,
  category: string,
  codec: Pick<Codec<Event>, 'encode' | 'decode'>,
  tracer: Tracer = noTracing,
): EventStreams<Event> => {
  if (category.includes('-')) throw new Error(`${category}: a category ends at its first dash, so it has none`);
  const streamName = (id: string): string => `${category}-${id}`;

  async function* readEvents(id: string, from = 0n): AsyncIterable<RecordedEvent<Event>> {
    for await (const { type, data, eventId, stream, revision, recordedAt, cause } of readStreamEvents(
      client,
      streamName(id),
      from,
    )) {
      const event = codec.decode(type, data);
      if (event !== undefined) yield { event, eventId, stream, id, revision, recordedAt, cause };
    }
  }

  return {
    readEvents,

    read: async (id) => {
      const events: Event[] = [];
      let revision: Revision = 'no-stream';
      for await (const recordedEvent of readStreamEvents(client, streamName(id))) {
        const event = codec.decode(recordedEvent.type, recordedEvent.data);
        if (event === undefined)
          throw new Error(`${recordedEvent.type} in ${recordedEvent.stream} is not a known event`);
        events.push(event);
        ({ revision } = recordedEvent);
      }
      return { events, revision };
    },

    append: async (id, events, expected, cause) => {
      const stream = streamName(id);
      if (events.length === 0) return assertRevision(await lastRevision(client, stream), expected, stream);
      // Streams are named after users and things; their category is not.
      const step = {
        kind: 'producer',
        parent: cause.traceparent,
        attributes: { 'event.count': events.length },
      } as const;
      return traceStep(tracer, `append ${category}`, step, (traceparent) =>
        appendEvents(
          client,
          stream,
          toEventData(codec, events, stream, expected, inTrace(cause, traceparent)),
          expected,
        ),
      );
    },
  };
};

const assertRevision = (current: Revision, expected: Revision | 'any', stream: string): Revision => {
  if (expected !== 'any' && expected !== current) throw new StreamMoved(stream, expected);
  return current;
};

const toEventData = <Event extends Message>(
  codec: Pick<Codec<Event>, 'encode' | 'decode'>,
  events: readonly Event[],
  stream: string,
  expected: Revision | 'any',
  cause: Cause,
): EventData[] =>
  events.map((event, index) => {
    const { type, data } = codec.encode(event);
    return jsonEvent({
      id: derivedEventId(cause, stream, expected, index),
      type,
      data,
      metadata: toMetadata(cause),
    });
  });
