import { derivedId } from './ids.ts';
import type { Clock } from './clock.ts';
import { StreamMoved, type Cause, type EventStreams, type Revision } from './event-streams.ts';
import type { Instant } from './message.ts';
import type { Process } from './process.ts';

/** Carries out one due command and tells what it led to. Must be idempotent: it may be asked twice. */
export type CarryOut<Command, Event> = (command: Command, cause: Cause) => Promise<readonly Event[]>;

export type ProcessRunner<Event, State> = {
  /** Records what happened to an instance, whatever else happens to it meanwhile. */
  readonly record: (id: string, events: readonly Event[], cause: Cause) => Promise<void>;
  /** Does everything that is due, step by step, until nothing is; returns the state it came to. */
  readonly advance: (id: string) => Promise<State>;
  /** `advance`, after noting that the instance has run out of time if it has. The watchdog calls this. */
  readonly chase: (id: string) => Promise<State>;
};

type Instance<State> = {
  readonly state: State;
  readonly revision: Revision;
  readonly lastMovedAt: Instant | undefined;
  readonly cause: Cause | undefined;
};

/**
 * Runs the instances of a process, each a stream of its own. Two runners may work on one instance at once: the
 * expected revision lets one of them record a step, the other one looks again.
 */
export const processRunner = <
  Event extends { readonly type: string },
  State,
  Command extends { readonly type: string },
>(
  { name, initial, evolve, due, overdue }: Process<Event, State, Command>,
  streams: EventStreams<Event>,
  carryOut: CarryOut<Command, Event>,
  now: Clock,
): ProcessRunner<Event, State> => {
  const load = async (id: string): Promise<Instance<State>> => {
    let instance: Instance<State> = { state: initial, revision: 'no-stream', lastMovedAt: undefined, cause: undefined };
    for await (const { event, revision, recordedAt, cause } of streams.recorded(id)) {
      instance = {
        state: evolve(instance.state, event),
        revision,
        lastMovedAt: recordedAt,
        cause: instance.cause ?? cause,
      };
    }
    return instance;
  };

  const appendIfUnmoved = async (
    id: string,
    events: readonly Event[],
    revision: Revision,
    cause: Cause,
  ): Promise<void> => {
    try {
      await streams.append(id, events, revision, cause);
    } catch (error) {
      if (!(error instanceof StreamMoved)) throw error;
    }
  };

  const causeOf = (id: string, step: string, began: Cause | undefined): Cause => ({
    commandId: derivedId(name, id, step),
    correlationId: began?.correlationId ?? id,
    actor: name,
  });

  const advance = async (id: string): Promise<State> => {
    for (;;) {
      const { state, revision, cause: began } = await load(id);
      const [command] = due(state);
      if (command === undefined) return state;
      // The revision names the step: asked twice from the same state, a command keeps its id.
      const cause = causeOf(id, `${command.type}@${String(revision)}`, began);
      const events = await carryOut(command, cause);
      if (events.length === 0) return state;
      await appendIfUnmoved(id, events, revision, cause);
    }
  };

  return {
    record: async (id, events, cause) => {
      await streams.append(id, events, 'any', cause);
    },
    advance,
    chase: async (id) => {
      const { state, revision, lastMovedAt, cause: began } = await load(id);
      if (lastMovedAt === undefined) return state;
      const events = overdue(state, lastMovedAt, now());
      if (events.length > 0)
        await appendIfUnmoved(id, events, revision, causeOf(id, `overdue@${String(revision)}`, began));
      return advance(id);
    },
  };
};
