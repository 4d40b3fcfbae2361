import { contextOf } from '@lego-moc/event-bus/bus-event';
import type { BusState } from '@lego-moc/event-bus/event-publisher';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { lastRevision } from '@lego-moc/event-store/read-stream';
import type { Metrics } from '@lego-moc/metrics/metrics';
import type { RelayPosition } from './relay-position.ts';

/** A scrape must not wait for an event store that does not answer. */
const LAG_WITHIN_MS = 3_000;

type ConfirmedPlace = Pick<RelayPosition, 'place' | 'streams'> | undefined;

/** The events that were delivered and are not confirmed yet: their streams, and the time of the oldest. */
export const pendingEvents = (confirmedPlace: () => ConfirmedPlace) => {
  const seenStreams = new Set<string>();
  const times = new Map<bigint, number>();
  const forgetConfirmed = (): void => {
    const last = confirmedPlace()?.place?.position ?? -1n;
    for (const position of times.keys()) if (position <= last) times.delete(position);
  };
  return {
    add: (events: readonly DeliveredEvent[]): void => {
      forgetConfirmed();
      for (const { stream, position, recordedAt } of events) {
        seenStreams.add(stream);
        times.set(position, Date.parse(recordedAt));
      }
    },
    streams: (): readonly string[] => [...seenStreams],
    /** Seconds since the oldest of them was recorded, 0 without any. */
    ageSeconds: (nowMs: number): number => {
      forgetConfirmed();
      return times.size === 0 ? 0 : Math.max(0, (nowMs - Math.min(...times.values())) / 1_000);
    },
  };
};

type Sources = {
  readonly client: EventStoreClient;
  readonly pending: ReturnType<typeof pendingEvents>;
  readonly confirmedPlace: () => ConfirmedPlace;
  /** Whether this process relays, instead of standing by. */
  readonly isActive: () => boolean;
  readonly busState: () => BusState;
  readonly now: () => number;
};

/** Events in the streams behind the last confirmed one. Throws `EventStoreUnavailable`. */
export const lagInEvents = async ({
  client,
  pending,
  confirmedPlace,
}: Pick<Sources, 'client' | 'pending' | 'confirmedPlace'>): Promise<number> => {
  const revisions = confirmedPlace()?.streams ?? new Map<string, bigint>();
  const lags = await Promise.all(
    [...new Set([...pending.streams(), ...revisions.keys()])].map(async (stream) => {
      const end = await lastRevision(client, stream);
      return end === 'no-stream' ? 0 : Math.max(0, Number(end - (revisions.get(stream) ?? -1n)));
    }),
  );
  return lags.reduce((sum, lag) => sum + lag, 0);
};

const lagWithin = (sources: Sources): Promise<number | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LAG_WITHIN_MS);
  });
  return Promise.race([lagInEvents(sources).catch(() => undefined), deadline]).finally(() => clearTimeout(timer));
};

/** Shows in Prometheus whether the bus is there and how far it is behind the integration streams. */
export const gaugeLag = (metrics: Metrics, sources: Sources): void => {
  const up = metrics.gauge('event_bus_up', '1 while the event bus accepts events.');
  const events = metrics.gauge(
    'event_bus_lag_events',
    'Integration events that the event bus has not confirmed; left out while the event store does not answer.',
  );
  const seconds = metrics.gauge(
    'event_bus_lag_seconds',
    'Age of the oldest event that waits for the event bus; left out by an instance that stands by.',
  );
  metrics.beforeExposition(async () => {
    up.set(sources.busState().available ? 1 : 0);
    const isActive = sources.isActive();
    const lag = isActive ? await lagWithin(sources) : undefined;
    events.reset();
    seconds.reset();
    if (lag !== undefined) events.set(lag);
    if (isActive) seconds.set(sources.pending.ageSeconds(sources.now()));
  });
};

/** Counts what becomes of events. */
export const eventCounters = (metrics: Metrics) => {
  const relayedTotal = metrics.counter('event_bus_relayed_events_total', 'Events that the event bus has confirmed.', [
    'context',
  ]);
  const unroutedTotal = metrics.counter(
    'event_bus_unrouted_events_total',
    'Events that nobody subscribed to when they were published.',
    ['context'],
  );
  const skippedTotal = metrics.counter(
    'event_bus_skipped_events_total',
    'Events that the event bus refused for good.',
    ['context'],
  );
  const errors = metrics.counter('event_bus_errors_total', 'Attempts to publish that failed, by name of the error.', [
    'error',
  ]);
  const lastError = metrics.gauge('event_bus_last_error_timestamp_seconds', 'When an attempt to publish failed last.');
  return {
    countRelayed: (events: readonly { readonly stream: string }[]): void => {
      for (const { stream } of events) relayedTotal.inc({ context: contextOf(stream) });
    },
    countUnrouted: ({ stream }: { readonly stream: string }): void => unroutedTotal.inc({ context: contextOf(stream) }),
    countSkipped: ({ stream }: { readonly stream: string }): void => skippedTotal.inc({ context: contextOf(stream) }),
    countError: (error: unknown, nowMs: number): void => {
      errors.inc({ error: error instanceof Error ? error.name : 'unknown' });
      lastError.set(nowMs / 1_000);
    },
  };
};
