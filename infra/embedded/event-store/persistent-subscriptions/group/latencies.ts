export type Measurement = { readonly key: string; readonly value: number };

export interface Latencies {
  /** Milliseconds from delivery to answer. */
  record(ms: number): void;
  /** The names that EventStoreDB gives them, in its order; all zero before anything was measured. */
  summary(): readonly Measurement[];
}

/** Enough for a 99.9th percentile to be one of the measurements. */
const WINDOW = 1000;

const PERCENTILES: readonly (readonly [key: string, percent: number])[] = [
  ['Quintile 1', 20],
  ['Quintile 2', 40],
  ['Quintile 3', 60],
  ['Quintile 4', 80],
  ['Quintile 5', 100],
  ['90%', 90],
  ['95%', 95],
  ['99%', 99],
  ['99.5%', 99.5],
  ['99.9%', 99.9],
];

/** The latest answers of one consumer. */
export const latencies = (): Latencies => {
  const window: number[] = [];
  let recordedCount = 0;

  return {
    record: (ms) => {
      window[recordedCount % WINDOW] = Math.max(0, Math.round(ms));
      recordedCount += 1;
    },
    summary: () => {
      const ascending = window.toSorted((a, b) => a - b);
      const at = (rank: number) => ascending[Math.min(Math.max(rank, 0), ascending.length - 1)] ?? 0;
      const percentile = (percent: number) => at(Math.ceil((percent / 100) * ascending.length) - 1);
      const sum = ascending.reduce((total, ms) => total + ms, 0);

      return [
        { key: 'Mean', value: ascending.length === 0 ? 0 : Math.round(sum / ascending.length) },
        { key: 'Median', value: percentile(50) },
        { key: 'Fastest', value: at(0) },
        ...PERCENTILES.map(([key, percent]) => ({ key, value: percentile(percent) })),
        { key: 'Highest', value: at(ascending.length - 1) },
      ];
    },
  };
};
