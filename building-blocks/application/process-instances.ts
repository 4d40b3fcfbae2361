import type { Instant } from '@lego-moc/kernel/message';
import type { Process } from '@lego-moc/kernel/process';
import type { Clock } from './clock.ts';
import { derivedEventId, StreamMoved, type Cause, type EventStreams } from './event-streams.ts';
import { stateCache, type FoldedState } from './state-cache.ts';

export type Instance<State> = {
  readonly state: State;
  readonly lastMovedAt: Instant | undefined;
  /** The cause of the first event: its correlation id and actor go along with every step. */
  readonly began: Cause | undefined;
  /** The event that moved it last, and so caused the next step. */
  readonly lastEventId: string | undefined;
};

/** Instances in flight are few and small; others are read again. In characters of JSON. */
const CACHE_BYTES_MAX = 4 * 1024 * 1024;

/** The instances of a process as their streams have them; the latest ones are cached. */
export type ProcessInstances<Event, State> = {
  /** The instance at the end of its stream: reads the events after the cached ones. */
  readonly load: (id: string) => Promise<FoldedState<Instance<State>>>;
  /** The instance as it was seen last; loads one that is not cached. */
  readonly lastSeen: (id: string) => Promise<FoldedState<Instance<State>>>;
  /** The instance after `events`; `undefined` when another writer has moved it from `at`. */
  readonly append: (
    id: string,
    at: FoldedState<Instance<State>>,
    events: readonly Event[],
    cause: Cause,
  ) => Promise<FoldedState<Instance<State>> | undefined>;
};

export const processInstances = <Event, State>(
  { name, initial, evolve }: Pick<Process<Event, State, unknown>, 'name' | 'initial' | 'evolve'>,
  streams: EventStreams<Event>,
  now: Clock,
): ProcessInstances<Event, State> => {
  const cache = stateCache<Instance<State>>(CACHE_BYTES_MAX);
  const blank: FoldedState<Instance<State>> = {
    state: { state: initial, lastMovedAt: undefined, began: undefined, lastEventId: undefined },
    revision: 'no-stream',
  };

  const load = async (id: string): Promise<FoldedState<Instance<State>>> => {
    let { state, revision } = cache.get(id) ?? blank;
    for await (const recordedEvent of streams.readEvents(id, revision === 'no-stream' ? 0n : revision + 1n)) {
      const began = state.began ?? recordedEvent.cause;
      const { event, recordedAt, eventId } = recordedEvent;
      state = { state: evolve(state.state, event), lastMovedAt: recordedAt, began, lastEventId: eventId };
      revision = recordedEvent.revision;
    }
    return cache.put(id, { state, revision });
  };

  return {
    load,
    lastSeen: async (id) => cache.get(id) ?? load(id),
    append: async (id, { state: { state, began }, revision }, events, cause) => {
      try {
        const newRevision = await streams.append(id, events, revision, cause);
        const lastEventId = derivedEventId(cause, `${name}-${id}`, revision, events.length - 1);
        const next = { state: events.reduce(evolve, state), lastMovedAt: now(), began: began ?? cause, lastEventId };
        return cache.put(id, { state: next, revision: newRevision });
      } catch (error) {
        // Whether the events were stored is unknown: only the stream can tell.
        cache.delete(id);
        if (error instanceof StreamMoved) return undefined;
        throw error;
      }
    },
  };
};
