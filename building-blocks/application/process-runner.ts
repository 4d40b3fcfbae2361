import { derivedId } from '@lego-moc/kernel/ids';
import type { Clock } from './clock.ts';
import { StreamMoved, type Cause, type EventStreams, type Revision } from './event-streams.ts';
import type { Instant } from '@lego-moc/kernel/message';
import type { Process } from '@lego-moc/kernel/process';

type Typed = { readonly type: string };

/** Carries out one due command and tells what it led to. Must be idempotent: it may be asked twice. */
export type CarryOut<Command, Event> = (command: Command, cause: Cause) => Promise<readonly Event[]>;

export interface ProcessRunner<Event, State> {
  /** Where an instance stands, and at which revision; an unknown one is at its beginning. */
  look(id: string): Promise<{ readonly state: State; readonly revision: Revision }>;
  /** Records what happened to an instance, wherever its stream stands; returns the state it came to. */
  record(id: string, events: readonly Event[], cause: Cause): Promise<State>;
  /** Does everything that is due, step by step, until nothing is; returns the state it came to. */
  advance(id: string): Promise<State>;
  /** `advance`, after noting that the instance has run out of time if it has. The watchdog calls this. */
  chase(id: string): Promise<State>;
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

  const advance = async (id: string): Promise<State> => {
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
    look: load,
    record: async (id, events, cause) => {
      await streams.append(id, events, 'any', cause);
      return (await load(id)).state;
    },
    advance,
    chase: async (id) => {
      const instance = await load(id);
      if (instance.lastMovedAt === undefined) return instance.state;
      const events = process.overdue(instance.state, instance.lastMovedAt, now());
      if (events.length > 0) {
        await appendUnlessMoved(streams, id, events, instance.revision, causeOf(id, instance, 'overdue'));
      }
      return advance(id);
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

/** Somebody else moved the instance on: what we found may be old news, so it is not recorded. */
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
