import { derivedId } from '@lego-moc/kernel/ids';
import type { Process } from '@lego-moc/kernel/process';
import type { Clock } from './clock.ts';
import type { Cause, EventStreams } from './event-streams.ts';
import { processInstances, type Instance } from './process-instances.ts';
import type { FoldedState } from './state-cache.ts';
import { turns } from './turns.ts';

type WithType = { readonly type: string };

/** Carries out one due command and returns the events that it led to. Must be idempotent: it may be called twice. */
export type CarryOut<Command, Event> = (command: Command, cause: Cause) => Promise<readonly Event[]>;

export interface ProcessRunner<Event, State> {
  /** The state of an instance and its revision; of an unknown one, the initial state. */
  load(id: string): Promise<FoldedState<State>>;
  /** Appends events to an instance at any revision; returns the state after them. */
  append(id: string, events: readonly Event[], cause: Cause): Promise<State>;
  /** Carries out one due step after the other until none is due; returns the state after them. */
  runDueSteps(id: string): Promise<State>;
  /** `runDueSteps`, after recording that the instance has run out of time if it has. The watchdog calls this. */
  checkTimeout(id: string): Promise<State>;
  /** Whether this process is working on the instance. */
  isRunning(id: string): boolean;
}

/** How many independent commands are carried out at once; their events are appended together. */
const BATCH_MAX = 8;

/** The next command that is due, together with those that do not depend on it. */
const dueCommands = <State, Command extends WithType>(
  { due, independent = [] }: Pick<Process<never, State, Command>, 'due' | 'independent'>,
  state: State,
): readonly Command[] => {
  const commands = due(state);
  const [first] = commands;
  return first !== undefined && independent.includes(first.type)
    ? commands.filter(({ type }) => type === first.type).slice(0, BATCH_MAX)
    : commands.slice(0, 1);
};

/**
 * Runs the instances of a process, each a stream of its own. Within this process one run at a time works on an
 * instance; between processes the expected revision lets one of them record a step, and the other one loads again.
 */
export const processRunner = <Event extends WithType, State, Command extends WithType>(
  process: Process<Event, State, Command>,
  streams: EventStreams<Event>,
  carryOut: CarryOut<Command, Event>,
  now: Clock,
): ProcessRunner<Event, State> => {
  const instances = processInstances(process, streams, now);
  const inTurn = turns();

  /**
   * The revision names the step: a command that is issued twice in the same state keeps its id. A process acts on
   * behalf of whoever began the instance, because of the event that moved it last.
   */
  const causeOf = (id: string, { state, revision }: FoldedState<Instance<State>>, step: string): Cause => ({
    ...state.began,
    ...(state.lastEventId === undefined ? {} : { causedBy: state.lastEventId }),
    commandId: derivedId(process.name, id, step, String(revision)),
    correlationId: state.began?.correlationId ?? id,
    actor: state.began?.actor ?? process.name,
  });

  const runSteps = async (id: string): Promise<State> => {
    let instance = await instances.load(id);
    for (;;) {
      const at = instance;
      const { state } = at;
      const commands = dueCommands(process, state.state);
      const [first] = commands;
      if (first === undefined) return state.state;
      const causeFor = (index: number, { type }: Command): Cause =>
        causeOf(id, at, index === 0 ? type : `${type} ${String(index)}`);
      const results = await Promise.all(commands.map((command, index) => carryOut(command, causeFor(index, command))));
      const events = results.flat();
      if (events.length === 0) return state.state;
      instance = (await instances.append(id, instance, events, causeFor(0, first))) ?? (await instances.load(id));
    }
  };

  return {
    load: async (id) => {
      const { state, revision } = await instances.load(id);
      return { state: state.state, revision };
    },
    append: (id, events, cause) =>
      inTurn(id, async () => {
        for (let instance = await instances.lastSeen(id); ; instance = await instances.load(id)) {
          const nextInstance = await instances.append(id, instance, events, cause);
          if (nextInstance !== undefined) return nextInstance.state.state;
        }
      }),
    runDueSteps: (id) => inTurn(id, () => runSteps(id)),
    checkTimeout: (id) =>
      inTurn(id, async () => {
        const instance = await instances.load(id);
        const { state, lastMovedAt } = instance.state;
        if (lastMovedAt === undefined) return state;
        const events = process.overdue(state, lastMovedAt, now());
        if (events.length > 0) await instances.append(id, instance, events, causeOf(id, instance, 'overdue'));
        return runSteps(id);
      }),
    isRunning: (id) => inTurn.isBusy(id),
  };
};
