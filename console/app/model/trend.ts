/** How far a subscription was behind at a moment. */
export type Sample = { readonly atMs: number; readonly lag: number };

/** Ten minutes at the refresh interval. */
export const SAMPLES_MAX = 60;

/** Shorter spans say nothing about a trend. */
const SPAN_MIN_MS = 15_000;

/** `samples` with the newest added, the oldest dropped; the same moment counts once. */
export const addSample = (samples: readonly Sample[], sample: Sample): readonly Sample[] => {
  const last = samples.at(-1);
  if (last !== undefined && last.atMs >= sample.atMs) return samples;
  return [...samples, sample].slice(-SAMPLES_MAX);
};

export type Trend = {
  /** Events a second by which the lag grows; negative while it shrinks. */
  readonly perSecond: number;
  /** `undefined` while it does not catch up. */
  readonly secondsToCatchUp: number | undefined;
};

/** From the first to the last sample; `undefined` while there are too few. */
export const trendOf = (samples: readonly Sample[]): Trend | undefined => {
  const [first, last] = [samples.at(0), samples.at(-1)];
  if (first === undefined || last === undefined || last.atMs - first.atMs < SPAN_MIN_MS) return undefined;
  const perSecond = ((last.lag - first.lag) * 1_000) / (last.atMs - first.atMs);
  if (last.lag === 0) return { perSecond, secondsToCatchUp: 0 };
  return { perSecond, secondsToCatchUp: perSecond < 0 ? last.lag / -perSecond : undefined };
};
