/** The measurements of one round of an operation. */
export type Sample = {
  readonly perSecond: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

const quantile = (sortedNumbers: readonly number[], fraction: number): number =>
  sortedNumbers[Math.min(sortedNumbers.length - 1, Math.floor(sortedNumbers.length * fraction))] ?? 0;

/** Performs the operation `total` times, `width` at a time; `unitsEach` is what one of them counts for. */
export const inFlight = async (
  total: number,
  width: number,
  operation: (index: number) => Promise<unknown>,
  unitsEach = 1,
): Promise<Sample> => {
  const latencies: number[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < total) {
      const index = next;
      next += 1;
      const startedAt = performance.now();
      await operation(index);
      latencies.push(performance.now() - startedAt);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: width }, lane));
  return sampleOf(total * unitsEach, performance.now() - startedAt, latencies);
};

export const sampleOf = (units: number, elapsedMs: number, latencies: readonly number[] = []): Sample => {
  const sortedLatencies = [...latencies].sort((a, b) => a - b);
  return {
    perSecond: (units * 1_000) / elapsedMs,
    seconds: elapsedMs / 1_000,
    p50Ms: quantile(sortedLatencies, 0.5),
    p99Ms: quantile(sortedLatencies, 0.99),
  };
};

/** The round in the middle: neither the lucky one nor the one that another process disturbed. */
export const median = (samples: readonly Sample[]): Sample => {
  const sortedSamples = [...samples].sort((a, b) => a.perSecond - b.perSecond);
  const middle = sortedSamples[Math.floor(sortedSamples.length / 2)];
  if (middle === undefined) throw new Error('Nothing was measured');
  return middle;
};
