import type { EventLog } from '../storage/event-log.ts';
import { SERVER_VERSION } from './server-features-service.ts';

/** What `/info` tells. */
export const nodeInfo = (options: { readonly isSecure: boolean; readonly linksEvents: boolean }) => ({
  esVersion: SERVER_VERSION,
  product: 'embedded-event-store',
  state: 'leader',
  features: { projections: options.linksEvents, userManagement: false, atomPub: true },
  authentication: { type: options.isSecure ? 'internal' : 'insecure', properties: {} },
});

/** What `/stats` tells; sizes in bytes, times in milliseconds. */
export const nodeStats = (log: EventLog, commits: () => number) => {
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    proc: { id: process.pid, uptimeMs: Math.round(process.uptime() * 1000), rss, heapUsed, external },
    es: { lastPosition: log.lastPosition().toString(), commits: commits() },
  };
};
