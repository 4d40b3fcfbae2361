import { derivedId } from '@lego-moc/kernel/ids';
import type { Clock } from './clock.ts';
import { StreamMoved, type Cause, type EventStreams, type Revision } from './event-streams.ts';
import type { Instant } from '@lego-moc/kernel/message';
import type { Process } from '@lego-moc/kernel/process';

type Typed = { readonly type: string };

/** Carries out one due command and returns the events that it led to. Must be idempotent: it may be called twice. */
export type CarryOut<Command, Event> = (command: Command, cause: Cause) => Promise<readonly Event[]>;

export interface ProcessRunner<Event, State> {
  /** The state of an instance and its revision; of an unknown one, the initial state. */
  load(id: string): Promise<{ readonly state: State; readonly revision: Revision }>;
  /** Appends events to an instance at any revision; returns the state after them. */
  append(id: string, events: readonly Event[], cause: Cause): Promise<State>;
  /** Carries out one due step after the other until none is due; returns the state after them. */
  runDueSteps(id: string): Promise<State>;
  /** `runDueSteps`, after recording that the instance has run out of time if it has. The watchdog calls this. */
  checkTimeout(id: string): Promise<State>;
}

type Instance<State> = {
  readonly state: State;
  readonly revision: Revision;
  readonly lastMovedAt: Instant | undefined;
  /** Why the instance began: its correlation id goes along with every step. */
  readonly began: Cause | undefined;
};

/**
 * Runs the instances of a process, each a stream of its own. Two runners may work on one instance at once: the
 * expected revision lets one of them record a step, and the other one looks again.
 */
export const processRunner = <Event extends Typed, State, Command extends Typed>(
  process: Process<Event, State, Command>,
  streams: EventStreams<Event>,
  carryOut: CarryOut<Command, Event>,
  now: Clock,
): ProcessRunner<Event, State> => {
  const load = (id: string) => loadInstance(process, streams, id);

  /**
   * The revision names the step: a command that is asked for twice from the same state keeps its id. A process acts
   * for whoever set it going.
   */
  const causeOf = (id: string, { began, revision }: Instance<State>, step: string): Cause => ({
    commandId: derivedId(process.name, id, step, String(revision)),
    correlationId: began?.correlationId ?? id,
    actor: began?.actor ?? process.name,
  });

  const runDueSteps = async (id: string): Promise<State> => {
    for (;;) {
      const instance = await load(id);
      const [command] = process.due(instance.state);
      if (command === undefined) return instance.state;
      const cause = causeOf(id, instance, command.type);
      const events = await carryOut(command, cause);
      if (events.length === 0) return instance.state;
      await appendUnlessMoved(streams, id, events, instance.revision, cause);
    }
  };

  return {
    load,
    append: async (id, events, cause) => {
      await streams.append(id, events, 'any', cause);
      return (await load(id)).state;
    },
    runDueSteps,
    checkTimeout: async (id) => {
      const instance = await load(id);
      if (instance.lastMovedAt === undefined) return instance.state;
      const events = process.overdue(instance.state, instance.lastMovedAt, now());
      if (events.length > 0) {
        await appendUnlessMoved(streams, id, events, instance.revision, causeOf(id, instance, 'overdue'));
      }
      return runDueSteps(id);
    },
  };
};

const loadInstance = async <Event, State, Command>(
  { initial, evolve }: Process<Event, State, Command>,
  streams: EventStreams<Event>,
  id: string,
): Promise<Instance<State>> => {
  let instance: Instance<State> = { state: initial, revision: 'no-stream', lastMovedAt: undefined, began: undefined };
  for await (const { event, revision, recordedAt, cause } of streams.recorded(id)) {
    const state = evolve(instance.state, event);
    instance = { state, revision, lastMovedAt: recordedAt, began: instance.began ?? cause };
  }
  return instance;
};

/** When another writer moved the instance, the step was decided on an old state and is not recorded. */
const appendUnlessMoved = async <Event>(
  streams: EventStreams<Event>,
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
