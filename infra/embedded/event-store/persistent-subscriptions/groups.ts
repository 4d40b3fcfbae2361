import type { EventLog } from '../storage/event-log.ts';
import { wantsOf } from './event-filter.ts';
import { unusable } from './group/settings.ts';
import { ALL, checkpointStreamOf, keyOf, parkedStreamOf } from './group-definition.ts';
import type { GroupDefinition, GroupRequest } from './group-definition.ts';
import { recentEvents } from './recent-events.ts';
import { runGroup, type RunningGroup } from './running-group.ts';
import { readDefinitions, writeDefinitions } from './stored-definitions.ts';
import { wakeOn } from './waking.ts';

const TICK_MS = 1000;

/** Why a group cannot be created or changed as asked. */
export type GroupRefusal =
  { readonly refused: 'exists' | 'does-not-exist' } | { readonly refused: 'failed'; readonly because: string };

export type GroupName = Pick<GroupRequest, 'stream' | 'name'>;

export interface Groups {
  find(name: GroupName): RunningGroup | undefined;
  all(): readonly RunningGroup[];
  /** Undefined when `stream` has not had a group since the node started. */
  ofStream(stream: string): readonly RunningGroup[] | undefined;
  /** Durable once resolved; undefined means done. Rejects when the log does not take it. */
  create(request: GroupRequest, by: string): Promise<GroupRefusal | undefined>;
  /** As `create`. Disconnects the consumers; keeps the checkpoint and the filter. */
  update(request: GroupRequest, by: string): Promise<GroupRefusal | undefined>;
  /** As `create`. Disconnects the consumers; forgets the checkpoint and what was parked. */
  delete(name: GroupName, by: string): Promise<GroupRefusal | undefined>;
  /** Disconnects every consumer and takes up every group from what is stored. */
  restart(): void;
  /** Stops every group. Their consumers learn of it when the connection ends, which tells them to come again. */
  close(): void;
}

const objectionTo = (log: EventLog, { stream, settings, startFrom, filter }: GroupRequest): string | undefined => {
  const objection = unusable(settings);
  if (objection !== undefined) return objection;
  if (wantsOf(filter) === undefined) return 'The filter is not a regular expression';
  if (stream === ALL && startFrom !== 'end' && startFrom > log.lastPosition())
    return 'The start position lies beyond the last event';
  return undefined;
};

const beginningOf = (log: EventLog, { stream, startFrom }: GroupRequest): bigint => {
  if (startFrom !== 'end') return startFrom - 1n;
  return stream === ALL ? log.lastPosition() : log.state(stream).lastRevision;
};

/** One change after the other: each is written as a whole, so two at once would overwrite each other. */
const oneAtATime = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(change: () => Promise<T>): Promise<T> => {
    const next = last.then(change, change);
    last = next;
    return next;
  };
};

type RunningGroups = Map<string, RunningGroup>;
type Change = (runningGroups: RunningGroups) => Promise<GroupRefusal | undefined>;

const otherDefinitions = (runningGroups: RunningGroups, key: string): GroupDefinition[] =>
  [...runningGroups.values()].map(({ definition }) => definition).filter((definition) => keyOf(definition) !== key);

/** The operator's commands on groups, each as a change of the stored definitions and of the running groups. */
const changesOf = (log: EventLog, run: (definition: GroupDefinition) => void) => {
  const saveDefinition = async (
    runningGroups: RunningGroups,
    definition: GroupDefinition,
    by: string,
  ): Promise<undefined> => {
    const key = keyOf(definition);
    await writeDefinitions(log, [...otherDefinitions(runningGroups, key), definition], by);
    runningGroups.get(key)?.drop();
    run(definition);
  };

  const create =
    (request: GroupRequest, by: string): Change =>
    async (runningGroups) => {
      if (runningGroups.has(keyOf(request))) return { refused: 'exists' };
      const because = objectionTo(log, request);
      if (because !== undefined) return { refused: 'failed', because };
      return saveDefinition(runningGroups, { ...request, after: beginningOf(log, request) }, by);
    };

  const update =
    (request: GroupRequest, by: string): Change =>
    async (runningGroups) => {
      const before = runningGroups.get(keyOf(request))?.definition;
      if (before === undefined) return { refused: 'does-not-exist' };
      const because = objectionTo(log, request);
      if (because !== undefined) return { refused: 'failed', because };
      const after = request.startFrom === before.startFrom ? before.after : beginningOf(log, request);
      return saveDefinition(runningGroups, { ...request, after, filter: before.filter }, by);
    };

  const remove =
    (name: GroupName, by: string): Change =>
    async (runningGroups) => {
      const key = keyOf(name);
      const group = runningGroups.get(key);
      if (group === undefined) return { refused: 'does-not-exist' };
      group.drop();
      runningGroups.delete(key);
      try {
        // The name goes last: a group of that name must never find the checkpoint of one before it.
        await log.softDelete(checkpointStreamOf(key), 'any');
        await log.softDelete(parkedStreamOf(key), 'any');
        await writeDefinitions(log, otherDefinitions(runningGroups, key), by);
      } catch (error) {
        run(group.definition);
        throw error;
      }
      return undefined;
    };

  return { create, update, remove };
};

/** Every group of the node. Their whole state is in the log, in the same streams as in EventStoreDB. */
export const groupsOn = (log: EventLog, now: () => number): Groups => {
  const runningGroups: RunningGroups = new Map();
  const streams = new Set<string>();
  const inTurn = oneAtATime();
  const events = recentEvents(log);

  const run = (definition: GroupDefinition): void => {
    runningGroups.set(keyOf(definition), runGroup(log, events, definition, now));
    streams.add(definition.stream);
  };
  const runAll = (): void => {
    for (const definition of readDefinitions(log)) run(definition);
  };
  const change = changesOf(log, run);
  const perform = (operation: Change) => inTurn(() => operation(runningGroups));

  runAll();
  const wakeAll = (): void => {
    for (const group of runningGroups.values()) group.tell({ on: 'committed' });
  };
  const stopListening = wakeOn(log, wakeAll, now);
  const ticker = setInterval(() => {
    for (const group of runningGroups.values()) group.tell({ on: 'ticked' });
  }, TICK_MS);
  ticker.unref();

  return {
    find: (name) => runningGroups.get(keyOf(name)),
    all: () => [...runningGroups.values()],
    ofStream: (stream) =>
      streams.has(stream)
        ? [...runningGroups.values()].filter(({ definition }) => definition.stream === stream)
        : undefined,
    create: (request, by) => perform(change.create(request, by)),
    update: (request, by) => perform(change.update(request, by)),
    delete: (name, by) => perform(change.remove(name, by)),
    restart: () => {
      for (const group of runningGroups.values()) group.drop();
      runningGroups.clear();
      runAll();
    },
    close: () => {
      clearInterval(ticker);
      stopListening();
      for (const group of runningGroups.values()) group.stop();
    },
  };
};
