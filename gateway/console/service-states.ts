import { z } from 'zod';
import type { Metrics } from '@lego-moc/metrics/metrics';
import type { ServiceName } from '../routing/routes.ts';
import { trafficOf, type ServiceTraffic } from './traffic.ts';

export type ServiceState = {
  readonly name: string;
  readonly isReady: boolean;
  /** Why it is not ready. */
  readonly reason: string | null;
  /** Null when it could not be asked. */
  readonly traffic: ServiceTraffic | null;
};

export type Snapshot = { readonly askedAt: string; readonly services: readonly ServiceState[] };

type Options = {
  readonly upstreams: Readonly<Record<ServiceName, string>>;
  /** The gateway's own. */
  readonly metrics: Metrics;
};

const TIMEOUT_MS = 2_000;
/** However many consoles are open, services are asked no more often than this. */
const FRESH_MS = 4_000;

const NO_ANSWER = 'It does not answer.';

const readiness = z.object({ detail: z.string().optional() });

const ask = (origin: string, path: string): Promise<Response> =>
  fetch(new URL(path, origin), { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });

const askReady = async (origin: string): Promise<Pick<ServiceState, 'isReady' | 'reason'>> => {
  try {
    const reply = await ask(origin, '/ready');
    const { detail } = readiness.parse(await reply.json());
    return reply.ok ? { isReady: true, reason: null } : { isReady: false, reason: detail ?? 'It gives no reason.' };
  } catch {
    return { isReady: false, reason: NO_ANSWER };
  }
};

const askTraffic = async (origin: string): Promise<ServiceTraffic | null> => {
  try {
    const reply = await ask(origin, '/metrics');
    return reply.ok ? trafficOf(await reply.text()) : null;
  } catch {
    return null;
  }
};

const askService = async ([name, origin]: readonly [string, string]): Promise<ServiceState> => {
  const [ready, traffic] = await Promise.all([askReady(origin), askTraffic(origin)]);
  return { name, ...ready, traffic };
};

/** Asks the gateway and every service how they stand, once for all who want to know at about the same time. */
export const serviceStates = ({ upstreams, metrics }: Options): (() => Promise<Snapshot>) => {
  let latest: { readonly askedAt: number; readonly reply: Promise<Snapshot> } | undefined;

  const gather = async (): Promise<Snapshot> => {
    const askedAt = new Date().toISOString();
    const services = await Promise.all(Object.entries(upstreams).map(askService));
    const own = trafficOf((await metrics.exposition()).body);
    return { askedAt, services: [{ name: 'gateway', isReady: true, reason: null, traffic: own }, ...services] };
  };

  return () => {
    const now = performance.now();
    if (latest === undefined || now - latest.askedAt >= FRESH_MS) latest = { askedAt: now, reply: gather() };
    return latest.reply;
  };
};
