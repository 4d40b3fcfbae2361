import type { Codec } from '@lego-moc/event-codec/codec';
import { systemClock, type Clock } from '@lego-moc/application/clock';
import { msBetween } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import type { Process } from '@lego-moc/kernel/process';
import type { ProcessRunner } from '@lego-moc/application/process-runner';
import type { Logger } from '@lego-moc/logger/logger';
import type { EventStoreClient } from './connect.ts';
import { catchUp } from './catch-up.ts';
import type { DeliveredEvent } from './delivered-event.ts';
import { subscribePersistently } from './persistent-subscription.ts';
import type { SubscriptionStatus } from './subscription.ts';
import { supervise } from './supervise.ts';

export type WatchedProcess<Event, State, Command> = {
  readonly process: Process<Event, State, Command>;
  readonly codec: Pick<Codec<Event>, 'decode'>;
  readonly runner: Pick<ProcessRunner<Event, State>, 'runDueSteps' | 'checkTimeout'>;
  readonly logger: Logger;
  /** How often open instances are looked over. */
  readonly everyMs?: number;
  /** An instance that moved less than this ago is left to whoever moved it. */
  readonly quietMs?: number;
  readonly now?: Clock;
};

export type ProcessWatch = {
  readonly name: string;
  status(): { readonly open: number; readonly subscription: SubscriptionStatus };
  stop(): Promise<void>;
};

type OpenInstance<State> = { readonly state: State; readonly lastMovedAt: Instant };

/** Before and after everything: what cannot run out of time between them never does. */
const BEGINNING = '0000-01-01T00:00:00.000Z' as Instant;
const END = '9999-12-31T23:59:59.999Z' as Instant;

/** An instance is over when nothing is due and no length of time will change that. */
export const isOver = <Event, State, Command>(
  { due, overdue }: Pick<Process<Event, State, Command>, 'due' | 'overdue'>,
  state: State,
): boolean => due(state).length === 0 && overdue(state, BEGINNING, END).length === 0;

/** The open instances of a process, folded from its events as they come. */
const openInstances = <Event, State, Command>(
  process: Process<Event, State, Command>,
  codec: Pick<Codec<Event>, 'decode'>,
) => {
  const open = new Map<string, OpenInstance<State>>();

  const set = (id: string, state: State, lastMovedAt: Instant): void => {
    if (isOver(process, state)) open.delete(id);
    else open.set(id, { state, lastMovedAt });
  };

  return {
    size: (): number => open.size,
    see: (id: string, { type, data, recordedAt }: DeliveredEvent): void => {
      const event = codec.decode(type, data);
      if (event === undefined) return;
      set(id, process.evolve(open.get(id)?.state ?? process.initial, event), recordedAt);
    },
    /** What a chase found; an instance that went on after its end was folded from the middle, and leaves here. */
    found: (id: string, state: State): void => {
      if (isOver(process, state)) open.delete(id);
    },
    quietSince: (quietMs: number, now: Instant): readonly string[] =>
      [...open].filter(([, { lastMovedAt }]) => msBetween(lastMovedAt, now) >= quietMs).map(([id]) => id),
  };
};

/** Does `work` every so often, one at a time; returns how to end it, which waits for the last one. */
const repeatedly = (work: () => Promise<void>, everyMs: number): (() => Promise<void>) => {
  let working: Promise<void> | undefined;
  const timer = setInterval(() => {
    working ??= work().finally(() => {
      working = undefined;
    });
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await working;
  };
};

/**
 * Keeps the instances of a process moving: each event in one of its streams `<name>-<id>` makes it advance (group
 * `<name>-runner`, shared with other instances of the service), and whatever is neither over nor has moved lately is
 * chased, which also finds out what has run out of time. Open instances are found again after a restart by reading
 * the process's events from the beginning.
 */
export const watchProcess = <Event, State, Command>(
  client: EventStoreClient,
  {
    process,
    codec,
    runner,
    logger,
    everyMs = 2_000,
    quietMs = 5_000,
    now = systemClock,
  }: WatchedProcess<Event, State, Command>,
): ProcessWatch => {
  const prefix = `${process.name}-`;
  const source = { streamPrefixes: [prefix] };
  const log = logger.child({ process: process.name });
  const stopping = new AbortController();
  const instances = openInstances(process, codec);

  const subscription = subscribePersistently(client, {
    group: `${process.name}-runner`,
    source,
    logger: log,
    handle: async ({ stream }) => {
      await runner.runDueSteps(stream.slice(prefix.length));
    },
  });

  const watching = supervise(
    async (alive) => {
      for await (const delivered of catchUp(client, { source, from: 'start', live: true, signal: stopping.signal })) {
        alive();
        instances.see(delivered.stream.slice(prefix.length), delivered);
      }
    },
    stopping.signal,
    (lost) => log.warn('Lost sight of open instances, looking again', lost),
  );

  const chaseQuiet = async (): Promise<void> => {
    for (const id of instances.quietSince(quietMs, now())) {
      if (stopping.signal.aborted) return;
      try {
        instances.found(id, await runner.checkTimeout(id));
      } catch (error) {
        log.warn('An instance could not be chased; it will be again', { instance: id, error });
      }
    }
  };

  const stopChasing = repeatedly(chaseQuiet, everyMs);

  return {
    name: process.name,
    status: () => ({ open: instances.size(), subscription: subscription.status() }),
    stop: async () => {
      stopping.abort();
      await Promise.all([subscription.stop(), watching, stopChasing()]);
    },
  };
};
