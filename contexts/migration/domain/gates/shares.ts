import type { Verdict } from '../migration-events.ts';

/** How many of all were bad. */
export type Share = { readonly bad: number; readonly total: number };

type Interval = { readonly low: number; readonly high: number };

export type ShareLimits = {
  /** By how much the share of the platform may be larger than that of the monolith. */
  readonly margin: number;
  /** With fewer of either, nothing passes. */
  readonly samplesMin: number;
};

/** One-sided 5 %. */
const PASS_Z = 1.645;
/** One-sided 0.13 %: a gate is asked again and again, and each time may be wrong. */
const BREACH_Z = 3;

const shareOf = ({ bad, total }: Share): number => (total === 0 ? 0 : bad / total);

/** Wilson's interval at `z` standard deviations: it holds for few samples too, and where none is bad. */
export const shareInterval = (share: Share, z: number): Interval => {
  const { total } = share;
  if (total === 0) return { low: 0, high: 1 };
  const [value, square] = [shareOf(share), z * z];
  const scale = 1 + square / total;
  const centre = (value + square / (2 * total)) / scale;
  const half = (z / scale) * Math.sqrt((value * (1 - value)) / total + square / (4 * total * total));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
};

/** Newcombe's interval of how much larger the share of `platform` is than that of `legacy`. */
export const differenceInterval = (platform: Share, legacy: Share, z: number): Interval => {
  const [value, base] = [shareOf(platform), shareOf(legacy)];
  const [interval, baseInterval] = [shareInterval(platform, z), shareInterval(legacy, z)];
  return {
    low: value - base - Math.hypot(value - interval.low, baseInterval.high - base),
    high: value - base + Math.hypot(interval.high - value, base - baseInterval.low),
  };
};

/** Fails once the margin is surely exceeded, passes once it is surely kept. */
export const judgeShares = (
  platform: Share,
  legacy: Share,
  { margin, samplesMin }: ShareLimits,
): Verdict['outcome'] => {
  if (differenceInterval(platform, legacy, BREACH_Z).low > margin) return 'fail';
  if (Math.min(platform.total, legacy.total) < samplesMin) return 'inconclusive';
  return differenceInterval(platform, legacy, PASS_Z).high < margin ? 'pass' : 'inconclusive';
};
