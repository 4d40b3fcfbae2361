/** What was counted since a process started. */
export type Traffic = {
  readonly name: string;
  readonly count: number;
  readonly errors: number;
  /** Upper bounds in seconds, null for the last, each with how many took no longer. */
  readonly buckets: readonly (readonly [bound: number | null, count: number])[];
};

export type Rate = {
  readonly perSecond: number;
  /** From 0 to 1. */
  readonly errorShare: number;
  /** The bucket's upper bound below which 95 % lie; null beyond the last bound, undefined without traffic. */
  readonly p95: number | null | undefined;
};

const P95 = 0.95;

const p95Of = (buckets: Traffic['buckets'], total: number): Rate['p95'] =>
  buckets.find(([, count]) => count >= total * P95)?.[0] ?? (buckets.length === 0 ? undefined : null);

/**
 * What happened between two counts. A process that was started again has counted from 0: then all that it counted is
 * new. `undefined` without a moment between them.
 */
export const rateBetween = (before: Traffic | undefined, now: Traffic, seconds: number): Rate | undefined => {
  if (seconds <= 0) return undefined;
  const base = before === undefined || before.count > now.count ? undefined : before;
  const count = now.count - (base?.count ?? 0);
  const earlier = new Map(base?.buckets);
  const buckets = now.buckets.map(([bound, total]) => [bound, total - (earlier.get(bound) ?? 0)] as const);
  return {
    perSecond: count / seconds,
    errorShare: count === 0 ? 0 : (now.errors - (base?.errors ?? 0)) / count,
    p95: count === 0 ? undefined : p95Of(buckets, count),
  };
};
