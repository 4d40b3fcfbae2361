import {
  ANY,
  BACKWARDS,
  END,
  NO_STREAM,
  START,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type EventData,
  type ReadStreamOptions,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { StreamMoved, type Revision } from '@lego-moc/application/event-streams';
import type { EventStoreClient } from './connect.ts';
import { retryUnavailable } from './retry.ts';

const EXPECTED = { any: ANY, 'no-stream': NO_STREAM } as const;

/**
 * When an append that has no answer yet is looked for in its stream. A store that receives an append twice at the same
 * moment stores it once and leaves one of the two without an answer for seconds.
 */
const LOOK_AFTER_MS = [200, 200, 400, 800];

/** How many of the last events are compared with those of an append that expects no revision. */
const LOOK_BACK_MAX = 200;

type Append = {
  readonly stream: string;
  readonly events: readonly EventData[];
  readonly expected: Revision | 'any';
};

/** The recorded events among which those of an append must be, oldest first. */
const readCandidates = async (
  client: EventStoreClient,
  { stream, events, expected }: Append,
): Promise<readonly ResolvedEvent[]> => {
  const candidates: ResolvedEvent[] = [];
  const options: ReadStreamOptions =
    expected === 'any'
      ? { direction: BACKWARDS, fromRevision: END, maxCount: LOOK_BACK_MAX + events.length }
      : { fromRevision: expected === 'no-stream' ? START : expected + 1n, maxCount: events.length };
  try {
    for await (const resolvedEvent of client.readStream(stream, options)) candidates.push(resolvedEvent);
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  }
  return expected === 'any' ? candidates.toReversed() : candidates;
};

/** The revision of the last event of the append if all its events are in the stream. */
const findStored = async (client: EventStoreClient, append: Append): Promise<bigint | undefined> => {
  const recordedEvents = (await readCandidates(client, append)).map(({ event }) => event);
  const start = recordedEvents.findIndex((event) => event?.id === append.events[0]?.id);
  const isStored = start >= 0 && append.events.every(({ id }, index) => recordedEvents[start + index]?.id === id);
  return isStored ? recordedEvents[start + append.events.length - 1]?.revision : undefined;
};

/** Settles as `answer` does, or earlier with what `look` finds while the answer is late. Never rejects because of `look`. */
const answerOrFound = <T>(answer: Promise<T>, findStored: () => Promise<T | undefined>): Promise<T> =>
  new Promise((resolve, reject) => {
    let isSettled = false;
    let timer: NodeJS.Timeout | undefined;
    const lookLater = (attempt: number): void => {
      const pause = LOOK_AFTER_MS[attempt];
      if (isSettled || pause === undefined) return;
      timer = setTimeout(() => {
        findStored().then(
          (revision) => (revision === undefined ? lookLater(attempt + 1) : resolve(revision)),
          () => lookLater(attempt + 1),
        );
      }, pause);
    };
    lookLater(0);
    answer.then(resolve, reject).finally(() => {
      isSettled = true;
      clearTimeout(timer);
    });
  });

const appendOnce = (client: EventStoreClient, append: Append): Promise<Revision> => {
  const { stream, events, expected } = append;
  const expectedRevision = typeof expected === 'bigint' ? expected : EXPECTED[expected];
  const answer = client.appendToStream(stream, [...events], { expectedRevision });
  return answerOrFound<Revision>(
    answer.then(({ nextExpectedRevision }) => nextExpectedRevision),
    () => findStored(client, append),
  );
};

/**
 * Appends, and repeats the append while its outcome is unknown: the event ids make a repetition harmless. Returns the
 * revision of the last event appended, as soon as the events are known to be in the stream.
 * Throws `StreamMoved`, `EventStoreUnavailable`.
 */
export const appendEvents = async (
  client: EventStoreClient,
  stream: string,
  events: readonly EventData[],
  expected: Revision | 'any',
): Promise<Revision> => {
  try {
    return await retryUnavailable(client, () => appendOnce(client, { stream, events, expected }));
  } catch (error) {
    throw error instanceof WrongExpectedVersionError ? new StreamMoved(stream, expected) : error;
  }
};
