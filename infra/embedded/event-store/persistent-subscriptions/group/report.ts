import type { Consumer } from './consumer.ts';
import type { Group } from './group.ts';
import type { Measurement } from './latencies.ts';

export type ConsumerReport = {
  readonly username: string;
  readonly connectionName: string;
  readonly availableSlots: number;
  readonly inFlight: number;
  readonly totalItems: number;
  readonly countSinceLastMeasurement: number;
  readonly averageItemsPerSecond: number;
  /** Empty unless the group keeps extra statistics. */
  readonly measurements: readonly Measurement[];
};

export type GroupReport = {
  readonly status: string;
  readonly consumers: readonly ConsumerReport[];
  readonly totalItems: number;
  readonly countSinceLastMeasurement: number;
  readonly averagePerSecond: number;
  /** Events that wait to be delivered. */
  readonly readBufferCount: number;
  /** The ring of recent live events, delivered or not: it never falls back to 0. */
  readonly liveBufferCount: number;
  readonly retryBufferCount: number;
  readonly totalInFlight: number;
  readonly outstanding: number;
  /** The checkpoint that the group last decided; it is not stored if another write was in progress then. */
  readonly checkpoint: bigint | undefined;
  /** The last event considered, undefined before the first. */
  readonly considered: bigint | undefined;
  readonly live: boolean;
};

const perSecond = (count: number, since: number, now: number): number =>
  now <= since ? 0 : Math.trunc((count * 1000) / (now - since));

const reportConsumer = (consumer: Consumer, extraStatistics: boolean, now: number): ConsumerReport => {
  const sinceLast = consumer.deliveredCount - consumer.deliveredCountAtMeasurement;
  consumer.deliveredCountAtMeasurement = consumer.deliveredCount;
  return {
    username: consumer.username,
    connectionName: consumer.connectionName,
    availableSlots: Math.max(0, consumer.bufferSize - consumer.inFlight),
    inFlight: consumer.inFlight,
    totalItems: consumer.deliveredCount,
    countSinceLastMeasurement: sinceLast,
    averageItemsPerSecond: perSecond(consumer.deliveredCount, consumer.joinedAt, now),
    measurements: extraStatistics ? consumer.latencies.summary() : [],
  };
};

const statusOf = ({ live, replay }: Group): string =>
  [
    ...(live ? [] : ['Behind']),
    ...(replay === undefined ? [] : ['ReplayingParkedMessages']),
    ...(live ? ['Live'] : []),
  ].join(', ');

/** How a group is doing. Counts "since the last measurement" begin anew with every report, as in EventStoreDB. */
export const report = (group: Group, now: number): GroupReport => {
  const { settings, fresh, progress } = group;
  const consumers = [...group.consumers.values()].map((consumer) =>
    reportConsumer(consumer, settings.extraStatistics, now),
  );
  const sinceLast = group.deliveredCount - group.lastMeasurement.deliveredCount;
  group.lastMeasurement = { deliveredCount: group.deliveredCount, at: now };
  const { position, sequence } = progress.lastConsidered();

  return {
    status: statusOf(group),
    consumers,
    totalItems: group.deliveredCount,
    countSinceLastMeasurement: sinceLast,
    averagePerSecond: perSecond(group.deliveredCount, group.startedAt, now),
    readBufferCount: fresh.length,
    liveBufferCount: group.recentLive,
    retryBufferCount: group.retries.length,
    totalInFlight: consumers.reduce((total, { inFlight }) => total + inFlight, 0),
    outstanding: group.flights.size,
    checkpoint: group.checkpoint.position,
    considered: sequence === 0 ? group.checkpoint.position : position,
    live: group.live,
  };
};
