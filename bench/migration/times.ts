import { setTimeout as sleep } from 'node:timers/promises';

export const quantile = (numbers: readonly number[], share: number): number => {
  const inOrder = numbers.toSorted((first, other) => first - other);
  return inOrder[Math.min(inOrder.length - 1, Math.floor(inOrder.length * share))] ?? Number.NaN;
};

export const timeOf = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};

/** Calls so many times in a second, whatever a call takes, until `signal` aborts; resolves with the times of calls. */
export const paceCalls = async (
  perSecond: number,
  call: (number: number) => Promise<unknown>,
  signal: AbortSignal,
): Promise<readonly number[]> => {
  const startedAt = performance.now();
  const times: number[] = [];
  const running: Promise<unknown>[] = [];
  for (let number = 0; !signal.aborted; number += 1) {
    await sleep(Math.max(0, startedAt + (number * 1_000) / perSecond - performance.now()));
    running.push(timeOf(() => call(number)).then((ms) => times.push(ms)));
  }
  await Promise.all(running);
  return times;
};

/** As `paceCalls`, for a time. */
export const paceFor = (
  seconds: number,
  perSecond: number,
  call: (number: number) => Promise<unknown>,
): Promise<readonly number[]> => paceCalls(perSecond, call, AbortSignal.timeout(seconds * 1_000));
