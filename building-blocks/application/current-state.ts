import type { Decider } from '@lego-moc/kernel/decider';
import type { EventStreams } from './event-streams.ts';

/** Folds the stream of an id to its state; of an unknown id, the initial state. */
export const currentState =
  <State, Event>(
    { initial, evolve }: Pick<Decider<never, State, Event, string>, 'initial' | 'evolve'>,
    streams: Pick<EventStreams<Event>, 'read'>,
  ): ((id: string) => Promise<State>) =>
  async (id) =>
    (await streams.read(id)).events.reduce(evolve, initial);
