import type { EventLog } from '../storage/event-log.ts';
import { SERVER_VERSION } from './server-features-service.ts';

/** The body of `/info`. */
export const nodeInfo = (options: { readonly isSecure: boolean; readonly linksEvents: boolean }) => ({
  esVersion: SERVER_VERSION,
  product: 'embedded-event-store',
  state: 'leader',
  features: { projections: options.linksEvents, userManagement: false, atomPub: true },
  authentication: { type: options.isSecure ? 'internal' : 'insecure', properties: {} },
});

/** Counters of the node since its start. */
export type Counters = {
  /** Groups of appends that became durable. */
  readonly commits: number;
  /** Appends that were dropped because an identical one was still being committed. */
  readonly droppedTwins: number;
  /** gRPC calls that have not ended. */
  readonly openCalls: number;
};

/** The body of `/stats`; sizes in bytes, times in milliseconds. */
export const nodeStats = (log: EventLog, counters: Counters) => {
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    proc: { id: process.pid, uptimeMs: Math.round(process.uptime() * 1000), rss, heapUsed, external },
    es: { lastPosition: log.lastPosition().toString(), ...counters },
  };
};

/** The body of `/metrics`, in the text format of Prometheus. */
export const nodeMetrics = (log: EventLog, { commits, droppedTwins, openCalls }: Counters): string =>
  [
    metric('event_store_commits_total', 'counter', 'Groups of appends that became durable.', commits),
    metric(
      'event_store_dropped_twins_total',
      'counter',
      'Appends dropped because an identical one was still being committed.',
      droppedTwins,
    ),
    metric('event_store_open_calls', 'gauge', 'gRPC calls that have not ended.', openCalls),
    metric('event_store_last_position', 'gauge', 'Position of the last record.', Number(log.lastPosition())),
    metric('process_resident_memory_bytes', 'gauge', 'Resident memory in bytes.', process.memoryUsage.rss()),
  ].join('');

const metric = (name: string, type: 'counter' | 'gauge', help: string, value: number): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`;
