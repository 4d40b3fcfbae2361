import type { Logger } from '@lego-moc/logger/logger';
import type { Metrics } from '@lego-moc/metrics/metrics';
import type { Config } from '../config.ts';
import { routeDestination, type ChooseDestination } from '../proxy/destination.ts';
import type { ServiceName } from '../routing/routes.ts';
import type { ContextSigner } from '../security/signed-contexts.ts';
import { MONOLITH } from './legacy-routes.ts';
import { migrationClient } from './migration-client.ts';
import { pollRouting } from './routing-poller.ts';
import { gatheredEvidence } from './shadow/gathered-evidence.ts';
import { sendEvidence } from './shadow/send-evidence.ts';
import { shadowReads } from './shadow/shadow-reads.ts';
import { sideReader } from './shadow/side-reader.ts';
import { trafficComparison } from './shadow/traffic-comparison.ts';
import { sideMetrics } from './side-metrics.ts';
import { besideMonolith } from './sides.ts';
import { writeGate } from './write-gate.ts';

export type MigrationSides = { readonly chooseDestination: ChooseDestination; readonly stop: () => void };

type SidesOptions = {
  readonly config: Pick<Config, 'monolith' | 'upstreams' | 'timeouts'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly signContext: ContextSigner;
};

/** Where requests go; beside a monolith, as its migration says. */
export const migrationSides = ({ config, logger, metrics, signContext }: SidesOptions): MigrationSides => {
  const { monolith, upstreams, timeouts } = config;
  if (monolith === undefined) return { chooseDestination: routeDestination, stop: () => undefined };
  const { countHeld, countComparison, ...observed } = sideMetrics(metrics);
  const gate = writeGate({ answerTimeoutMs: timeouts.answerTimeoutMs, onHeld: countHeld });
  const evidence = gatheredEvidence();
  const reader = sideReader();
  const originOf = (name: ServiceName): string =>
    new URL(name === MONOLITH ? monolith.url : (upstreams[name] ?? '')).origin;
  const shadow = shadowReads({
    ...{ read: reader.read, evidence, count: countComparison, isFollowed: gate.isFollowed },
    perSecond: monolith.comparedPerSecond,
  });
  const comparison = trafficComparison({ shadow, evidence, signContext, originOf });
  const chooseDestination = besideMonolith({ gate, metrics: observed, comparison });
  const { migration: migrationUrl } = upstreams;
  if (migrationUrl === undefined) {
    // Without a migration nothing moves.
    gate.apply([], Infinity);
    return { chooseDestination, stop: () => void reader.close() };
  }
  const migration = migrationClient(migrationUrl, monolith.keyPath);
  const stopPolling = pollRouting({ migration, gate, logger });
  const stopSending = sendEvidence({ migration, evidence });
  return {
    chooseDestination,
    stop: () => {
      stopPolling();
      stopSending();
      void reader.close();
    },
  };
};
