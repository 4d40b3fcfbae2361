/** Upper bounds in ms. */
const BOUNDS = [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;
const LONGEST = 60_000;

/** The upper bound of the class that a latency belongs to. */
export const latencyClassOf = (elapsedMs: number): number => BOUNDS.find((bound) => elapsedMs <= bound) ?? LONGEST;

/** How many searches took at most `latencyMs`, and more than the next lower class. */
export type LatencyCount = { readonly latencyMs: number; readonly searches: number };

/** The class that this share of all searches does not exceed; `null` without any. */
export const percentileOf = (counts: readonly LatencyCount[], share: number): number | null => {
  const ascending = counts.toSorted((count, other) => count.latencyMs - other.latencyMs);
  const total = ascending.reduce((sum, { searches }) => sum + searches, 0);
  let sum = 0;
  for (const { latencyMs, searches } of ascending) {
    sum += searches;
    if (sum >= total * share) return latencyMs;
  }
  return null;
};
