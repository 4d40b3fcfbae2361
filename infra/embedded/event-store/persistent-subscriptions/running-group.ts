import type { EventLog } from '../storage/event-log.ts';
import { effectsOn } from './effects.ts';
import type { ConsumerIdentity } from './group/consumer.ts';
import { groupFrom, type Group, type Input } from './group/group.ts';
import type { Message } from './group/message.ts';
import { report, type GroupReport } from './group/report.ts';
import { step } from './group/step.ts';
import { checkpointStreamOf, keyOf, parkedStreamOf, parsePosition, type GroupDefinition } from './group-definition.ts';
import { groupSource } from './group-source.ts';
import { outboxTo, type Connection, type Outbox } from './outbox.ts';
import type { RecentEvents } from './recent-events.ts';
import { lastJson } from './system-events.ts';

export type RunningReport = GroupReport & {
  readonly parkedCount: bigint;
  /** The last event that there is to consume, as far as the group can tell. */
  readonly lastKnown: bigint | undefined;
};

export type RunningGroup = {
  readonly definition: GroupDefinition;
  readonly consumers: () => number;
  readonly connect: (identity: ConsumerIdentity, connection: Connection) => void;
  readonly disconnect: (consumer: string) => void;
  /** Something happened to the group: an answer, a commit, a tick … */
  readonly tell: (input: Input) => void;
  /** The connection of this consumer takes messages again. */
  readonly drained: (consumer: string) => void;
  readonly replayParked: (stopAt: bigint | undefined) => void;
  readonly report: () => RunningReport;
  /** Does and writes nothing more. What was in flight is delivered again by whoever runs the group next. */
  readonly stop: () => void;
  /** Stops and tells every consumer that its subscription was dropped. */
  readonly drop: () => void;
};

/** Takes up a group where its checkpoint and its parked stream say that it was. */
const restoreGroup = (log: EventLog, definition: GroupDefinition, now: number): Group => {
  const key = keyOf(definition);
  const checkpoint = lastJson(log, checkpointStreamOf(key));
  const { truncateBefore, softDeleted, lastRevision } = log.state(parkedStreamOf(key));
  return groupFrom(
    definition.settings,
    {
      after: definition.after,
      checkpoint: typeof checkpoint === 'string' ? parsePosition(checkpoint) : undefined,
      parkedFloor: softDeleted ? lastRevision + 1n : truncateBefore,
    },
    now,
  );
};

const stillInFlight =
  ({ flights }: Group) =>
  (message: Message, retryCount: number): boolean =>
    flights.get(message.ackId)?.message === message && message.retryCount === retryCount;

/** Runs a group: the state machine decides, this does it. `now` counts milliseconds from anywhere. */
export const runGroup = (
  log: EventLog,
  events: RecentEvents,
  definition: GroupDefinition,
  now: () => number,
): RunningGroup => {
  const parkedStream = parkedStreamOf(keyOf(definition));
  const source = groupSource(log, events, definition);
  const group = restoreGroup(log, definition, now());
  const connections = new Map<string, { readonly connection: Connection; readonly outbox: Outbox }>();
  let isStopped = false;

  const tell = (input: Input): void => {
    if (isStopped) return;
    for (const effect of step(group, input, now())) perform(effect);
  };

  const perform = effectsOn(
    log,
    definition,
    source,
    ({ to, message }) => {
      if (connections.get(to)?.outbox.send(message) === false) tell({ on: 'paused', consumer: to });
    },
    { tell, isStopped: () => isStopped },
  );

  tell({ on: 'committed' });

  return {
    definition,
    consumers: () => connections.size,
    connect: (identity, connection) => {
      const load = ({ logPosition, origin }: Message) => source.load(logPosition, origin);
      connections.set(identity.id, { connection, outbox: outboxTo(connection, load, stillInFlight(group)) });
      tell({ on: 'joined', consumer: identity });
    },
    disconnect: (consumer) => {
      if (connections.delete(consumer)) tell({ on: 'left', consumer });
    },
    tell,
    drained: (consumer) => {
      if (connections.get(consumer)?.outbox.flush() === true) tell({ on: 'resumed', consumer });
    },
    replayParked: (stopAt) => tell({ on: 'replay-requested', stopAt, last: log.state(parkedStream).lastRevision }),
    report: () => {
      const status = report(group, now());
      const last = source.last();
      return {
        ...status,
        parkedCount: log.state(parkedStream).lastRevision - group.parkedMessages.floor + 1n,
        lastKnown: status.live || last < 0n ? status.considered : last,
      };
    },
    stop: () => {
      isStopped = true;
    },
    drop: () => {
      isStopped = true;
      for (const { connection } of connections.values()) connection.drop();
      connections.clear();
    },
  };
};
