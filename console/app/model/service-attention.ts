import type { Snapshot } from '../api/services.ts';
import type { Attention } from './attention.ts';
import type { Rate } from './rates.ts';
import { callsOf, type Call } from './service-rates.ts';

/** As the alert SlowRequests. */
const P95_NOTABLE_S = 1;
/** As the alert ErrorRate. */
const ERROR_SHARE_NOTABLE = 0.05;
/** One slow request is no slow service. */
const CALLS_MIN = 3;

type Finding = Omit<Attention, 'service' | 'target' | 'link'>;

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

const atLeast = (p95: number | null): string => (p95 === null ? 'more than 30 s' : `up to ${String(p95)} s`);

const isNotable = (p95: Rate['p95']): p95 is number | null =>
  p95 !== undefined && (p95 === null || p95 > P95_NOTABLE_S);

const findingsOf = ({ from, rate, isOpen }: Call, seconds: number): readonly Finding[] => {
  const open: Finding = {
    ...{ severity: 'critical', kind: 'breaker-open', size: 0 },
    text: `The breaker of ${from} is open: calls fail at once`,
  };
  if (rate === undefined || rate.perSecond * seconds < CALLS_MIN - 0.5) return isOpen ? [open] : [];
  const { errorShare, p95 } = rate;
  const failing: Finding = {
    ...{ severity: 'serious', kind: 'failing', size: errorShare },
    text: `${percent(errorShare)} of the calls of ${from} fail`,
  };
  const slow: Finding = {
    ...{ severity: 'serious', kind: 'slow', size: p95 ?? Number.MAX_VALUE },
    text: `Slow: one in twenty calls of ${from} takes ${atLeast(p95 ?? null)}`,
  };
  return [
    ...(isOpen ? [open] : []),
    ...(errorShare >= ERROR_SHARE_NOTABLE ? [failing] : []),
    ...(isNotable(p95) ? [slow] : []),
  ];
};

/** What needs a person about services and the calls between them, of the time between two snapshots. */
export const serviceAttention = (now: Snapshot, before: Snapshot | undefined): readonly Attention[] => {
  const seconds = before === undefined ? 0 : (Date.parse(now.askedAt) - Date.parse(before.askedAt)) / 1_000;
  const link = (name: string): string => `/services?${new URLSearchParams({ service: name }).toString()}`;
  const unready = now.services.flatMap(({ name, isReady, reason }): readonly Attention[] =>
    isReady
      ? []
      : [
          {
            ...({ severity: 'critical', kind: 'service-unreachable', size: 0, service: name, target: name } as const),
            ...{ text: `Not ready: ${reason ?? 'no reason given'}`, link: link(name) },
          },
        ],
  );
  const calls = callsOf(now, before).flatMap((call): readonly Attention[] =>
    findingsOf(call, seconds).map((finding) => ({
      ...finding,
      ...{ service: call.to, target: call.to, link: link(call.to) },
    })),
  );
  return [...unready, ...calls];
};
