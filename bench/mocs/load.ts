import { setTimeout as sleep } from 'node:timers/promises';

export type Call = { readonly group: string; readonly send: () => Promise<Response> };
export type Measurement = { readonly ms: readonly number[]; readonly failures: readonly string[] };

/** More would measure the client: what is due beyond them counts as a failure. */
const IN_FLIGHT_MAX = 2_000;

/**
 * Sends `perSecond` calls a second, whether or not earlier ones were answered; latency counts from when a call was due.
 * Returns latencies and failures, which are all answers but 2xx, by group.
 */
export const pace = async (
  perSecond: number,
  seconds: number,
  next: (index: number) => Call,
): Promise<ReadonlyMap<string, Measurement>> => {
  const results = new Map<string, { ms: number[]; failures: string[] }>();
  const calls = new Set<Promise<void>>();
  const start = performance.now();

  const measure = async ({ group, send }: Call, dueAt: number): Promise<void> => {
    const result = results.get(group) ?? { ms: [], failures: [] };
    results.set(group, result);
    if (calls.size >= IN_FLIGHT_MAX) return void result.failures.push('not sent: too many calls in flight');
    try {
      const reply = await send();
      const text = await reply.text();
      result.ms.push(performance.now() - dueAt);
      if (!reply.ok) result.failures.push(`${String(reply.status)} ${text.slice(0, 160)}`);
    } catch (error) {
      result.failures.push(String(error));
    }
  };

  for (let index = 0; index < perSecond * seconds; index += 1) {
    const dueAt = start + (index * 1_000) / perSecond;
    if (dueAt > performance.now()) await sleep(dueAt - performance.now());
    const call = measure(next(index), dueAt);
    calls.add(call);
    void call.finally(() => calls.delete(call));
  }
  await Promise.all(calls);
  return results;
};

/** The latency that this share of the calls does not exceed. */
export const quantile = ({ ms }: Measurement, share: number): number =>
  ms.toSorted((a, b) => a - b)[Math.min(ms.length - 1, Math.floor(ms.length * share))] ?? Infinity;
