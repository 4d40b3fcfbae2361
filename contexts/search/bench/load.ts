import { setTimeout as sleep } from 'node:timers/promises';

export type Latencies = { readonly p50: number; readonly p95: number; readonly max: number; readonly failed: number };

export const latenciesOf = (durationsMs: readonly number[], failures = 0): Latencies => {
  const ascending = durationsMs.toSorted((duration, other) => duration - other);
  const at = (share: number): number =>
    Math.round(ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? 0);
  return { p50: at(0.5), p95: at(0.95), max: at(1), failed: failures };
};

/** Does `work` at a rate, whether earlier ones have ended or not, and measures each from when it was due. */
export const atRate = async (
  perSecond: number,
  seconds: number,
  work: (number: number) => Promise<unknown>,
): Promise<Latencies> => {
  const startedAt = performance.now();
  let failures = 0;
  const all = Array.from({ length: perSecond * seconds }, async (_, number) => {
    const dueAt = startedAt + (number * 1_000) / perSecond;
    await sleep(Math.max(1, dueAt - performance.now()));
    await work(number).catch(() => {
      failures += 1;
    });
    return performance.now() - dueAt;
  });
  return latenciesOf(await Promise.all(all), failures);
};
