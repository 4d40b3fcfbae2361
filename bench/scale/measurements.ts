/**
 * What a request of the mix of `bench:mocs` (80 % reads, 15 % edits, 5 % creates) costs each process, in milliseconds of one
 * processor. Measured by `npm run bench:mocs -- --per-second 250 --seconds 30`, 2026-11-30 11:12, 2 × Intel Xeon.
 */
export const COSTS_MS = {
  gateway: 0.558,
  'moc-management': 2.559,
  'event-store': 1.734,
  postgres: 0.493,
  search: 0.174,
  'file-processing': 0.117,
  profile: 0.042,
  'file-storage': 0.042,
  inventory: 0.022,
  wishlist: 0.016,
} as const;

/** What the load itself took there, and the processors that all shared. */
export const LOAD_MS = 0.263;
export const MACHINE_PROCESSORS = 2;

/** What that machine did, to hold the model against. */
export const OBSERVATIONS = {
  /** At 250 requests a second, the gallery killed twice meanwhile. */
  at250: { p50Ms: 4.7, p95Ms: 69.7 },
  /** At 500 a second, which is more than it can do: what it answered in 60 s, and what a request cost then. */
  at500: { answersPerSecond: 399, costMs: 4.566 },
} as const;
