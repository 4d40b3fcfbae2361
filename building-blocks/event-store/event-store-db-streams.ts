import { setTimeout as sleep } from 'node:timers/promises';
import {
  ANY,
  BACKWARDS,
  END,
  jsonEvent,
  NO_STREAM,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type EventData,
  type ResolvedEvent,
} from '@eventstore/db-client';
import type { Codec } from '@lego-moc/event-codec/codec';
import {
  StreamMoved,
  type Cause,
  type EventStreams,
  type Recorded,
  type Revision,
} from '@lego-moc/kernel/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Message } from '@lego-moc/kernel/message';
import { asking, pauseAfter } from './asking.ts';
import type { EventStoreClient } from './connect.ts';
import { deliveredFrom, metadataFrom, type Delivered } from './delivered.ts';
import { EventStoreUnavailable, isLost } from './unavailable.ts';

/** A store that takes a question and says nothing for so long is away. */
const SILENCE_MS = 4_000;

async function* readOnce(client: EventStoreClient, stream: string, from: bigint): AsyncIterable<Delivered> {
  const reading = client.readStream(stream, { fromRevision: from });
  let isOurTurn = false;
  const silence = setInterval(() => {
    if (!isOurTurn) reading.destroy(new EventStoreUnavailable(new Error(`Silent for ${SILENCE_MS} ms`)));
  }, SILENCE_MS);
  try {
    // A reader who leaves early must not tear the stream down: the client then keeps the call's unread rest for ever.
    const events = reading.iterator({ destroyOnReturn: false }) as AsyncIterable<ResolvedEvent>;
    for await (const { event, commitPosition } of events) {
      isOurTurn = true;
      if (event !== undefined) yield deliveredFrom(event, commitPosition);
      isOurTurn = false;
      silence.refresh();
    }
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  } finally {
    clearInterval(silence);
    reading.on('error', () => undefined).resume();
    void reading.cancel().catch(() => undefined); // left open by a reader who leaves early
  }
}

/**
 * One stream from revision `from` on, as it is stored, oldest first; an unknown stream is empty. A read that breaks
 * off goes on where it stopped. Throws `EventStoreUnavailable`.
 */
export async function* readDelivered(client: EventStoreClient, stream: string, from = 0n): AsyncIterable<Delivered> {
  let next = from;
  for (let attempt = 1; ; attempt += 1) {
    try {
      for await (const delivered of readOnce(client, stream, next)) {
        yield delivered;
        next = delivered.revision + 1n;
        attempt = 1;
      }
      return;
    } catch (error) {
      if (!isLost(error)) throw error;
      const pause = pauseAfter(attempt);
      if (pause === undefined) throw new EventStoreUnavailable(error);
      await sleep(pause);
    }
  }
}

const lastOf = async (client: EventStoreClient, stream: string): Promise<Revision> => {
  let last: Revision = 'no-stream';
  for await (const { event } of client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }))
    last = event?.revision ?? last;
  return last;
};

const lastRevision = async (client: EventStoreClient, stream: string): Promise<Revision> => {
  try {
    return await asking(() => lastOf(client, stream));
  } catch (error) {
    if (error instanceof StreamNotFoundError) return 'no-stream';
    throw error;
  }
};

const EXPECTED = { any: ANY, 'no-stream': NO_STREAM } as const;

/**
 * Appends, again while the outcome is unknown: the ids make a repetition harmless.
 * Throws `StreamMoved`, `EventStoreUnavailable`.
 */
export const appendOnce = async (
  client: EventStoreClient,
  stream: string,
  events: readonly EventData[],
  expected: Revision | 'any',
): Promise<Revision> => {
  const expectedRevision = typeof expected === 'bigint' ? expected : EXPECTED[expected];
  try {
    const { nextExpectedRevision } = await asking(() =>
      client.appendToStream(stream, [...events], { expectedRevision }),
    );
    return nextExpectedRevision;
  } catch (error) {
    throw error instanceof WrongExpectedVersionError ? new StreamMoved(stream, expected) : error;
  }
};

/**
 * The streams of one category in EventStoreDB, named `<category>-<id>`. All of its methods throw
 * `EventStoreUnavailable` when the store stays out of reach; the outcome of an append is then unknown, and repeating
 * it with the same cause is safe.
 */
export const eventStoreDbStreams = <Event extends Message>(
  client: EventStoreClient,
  category: string,
  codec: Codec<Event>,
): EventStreams<Event> => {
  if (category.includes('-')) throw new Error(`${category}: a category ends at its first dash, so it has none`);
  const nameOf = (id: string): string => `${category}-${id}`;

  async function* recorded(id: string, from = 0n): AsyncIterable<Recorded<Event>> {
    for await (const { type, data, eventId, stream, revision, recordedAt, cause } of readDelivered(
      client,
      nameOf(id),
      from,
    )) {
      const event = codec.decode(type, data);
      if (event !== undefined) yield { event, eventId, stream, id, revision, recordedAt, cause };
    }
  }

  return {
    recorded,

    read: async (id) => {
      const events: Event[] = [];
      let revision: Revision = 'no-stream';
      for await (const stored of readDelivered(client, nameOf(id))) {
        const event = codec.decode(stored.type, stored.data);
        if (event === undefined) throw new Error(`${stored.type} in ${stored.stream} is not a known event`);
        events.push(event);
        ({ revision } = stored);
      }
      return { events, revision };
    },

    append: async (id, events, expected, cause) => {
      const stream = nameOf(id);
      if (events.length === 0) return unmoved(await lastRevision(client, stream), expected, stream);
      return appendOnce(client, stream, storedForms(codec, events, stream, cause), expected);
    },
  };
};

const unmoved = (current: Revision, expected: Revision | 'any', stream: string): Revision => {
  if (expected !== 'any' && expected !== current) throw new StreamMoved(stream, expected);
  return current;
};

const storedForms = <Event extends Message>(
  codec: Codec<Event>,
  events: readonly Event[],
  stream: string,
  cause: Cause,
): EventData[] =>
  events.map((event, index) => {
    const { type, data } = codec.encode(event);
    return jsonEvent({
      id: derivedId(cause.commandId, stream, String(index)),
      type,
      data,
      metadata: metadataFrom(cause),
    });
  });
