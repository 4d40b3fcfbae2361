import { latencies, type Latencies } from './latencies.ts';

/** The connection of a consumer, as the statistics name it. */
export type ConsumerIdentity = {
  readonly id: string;
  readonly bufferSize: number;
  readonly username: string;
  readonly connectionName: string;
};

export type Consumer = ConsumerIdentity & {
  readonly joinedAt: number;
  inFlight: number;
  /** Its connection takes nothing more for the moment. */
  paused: boolean;
  deliveredCount: number;
  deliveredCountAtMeasurement: number;
  readonly latencies: Latencies;
};

export const consumerFrom = (identity: ConsumerIdentity, now: number): Consumer => ({
  ...identity,
  joinedAt: now,
  inFlight: 0,
  paused: false,
  deliveredCount: 0,
  deliveredCountAtMeasurement: 0,
  latencies: latencies(),
});

export const hasRoom = ({ paused, inFlight, bufferSize }: Consumer): boolean => !paused && inFlight < bufferSize;
