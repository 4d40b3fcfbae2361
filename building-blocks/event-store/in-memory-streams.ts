import { systemClock, type Clock } from '@lego-moc/application/clock';
import {
  derivedEventId,
  StreamMoved,
  type Cause,
  type EventStreams,
  type RecordedEvent,
  type Revision,
} from '@lego-moc/application/event-streams';
import type { Message } from '@lego-moc/kernel/message';

const revisionOf = (history: readonly unknown[]): Revision =>
  history.length === 0 ? 'no-stream' : BigInt(history.length - 1);

const positionOf = (revision: Revision): number => (revision === 'no-stream' ? 0 : Number(revision) + 1);

/** `EventStreams` in memory for tests, under the same contract suite as the event store. */
export const inMemoryStreams = <Event extends Message>(
  category = 'stream',
  clock: Clock = systemClock,
): EventStreams<Event> => {
  const streams = new Map<string, RecordedEvent<Event>[]>();

  const toRecorded = (
    id: string,
    events: readonly Event[],
    { next, expected }: { readonly next: number; readonly expected: Revision | 'any' },
    cause: Cause,
  ): RecordedEvent<Event>[] =>
    events.map((event, index) => ({
      event: structuredClone(event),
      eventId: derivedEventId(cause, `${category}-${id}`, expected, index),
      stream: `${category}-${id}`,
      id,
      revision: BigInt(next + index),
      recordedAt: clock(),
      cause,
    }));

  /** The revision of the last of these events if they are stored already, recognised by their ids. */
  const storedRevision = (
    history: readonly RecordedEvent<Event>[],
    events: readonly RecordedEvent<Event>[],
    expected: Revision | 'any',
  ): Revision | undefined => {
    const [first] = events;
    const begin =
      expected === 'any' ? history.findIndex(({ eventId }) => eventId === first?.eventId) : positionOf(expected);
    const isStored = events.every(({ eventId }, index) => history[begin + index]?.eventId === eventId);
    return begin >= 0 && isStored ? history[begin + events.length - 1]?.revision : undefined;
  };

  // eslint-disable-next-line @typescript-eslint/require-await -- the port is asynchronous, memory is not
  async function* readEvents(id: string, from = 0n): AsyncIterable<RecordedEvent<Event>> {
    yield* (streams.get(id) ?? []).slice(Number(from)).map((event) => structuredClone(event));
  }

  const append = (id: string, events: readonly Event[], expected: Revision | 'any', cause: Cause): Revision => {
    const history = streams.get(id) ?? [];
    const current = revisionOf(history);
    const newEvents = toRecorded(id, events, { next: history.length, expected }, cause);
    if (events.length > 0) {
      const existingRevision = storedRevision(history, newEvents, expected);
      if (existingRevision !== undefined) return existingRevision;
    }
    if (expected !== 'any' && expected !== current) throw new StreamMoved(`${category}-${id}`, expected);
    if (events.length === 0) return current;
    streams.set(id, [...history, ...newEvents]);
    return revisionOf([...history, ...newEvents]);
  };

  return {
    readEvents,
    read: async (id) => {
      const events: Event[] = [];
      for await (const { event } of readEvents(id)) events.push(event);
      return { events, revision: revisionOf(events) };
    },
    append: (id, events, expected, cause) => Promise.resolve().then(() => append(id, events, expected, cause)),
  };
};
