import type { Share } from './shares.ts';

const SLOWEST_SHARE = 0.05;

/** Upper bound of the class in which the slowest twentieth begins; `undefined` without answers, or beyond all bounds. */
export const p95Of = (times: readonly number[], bounds: readonly number[]): number | undefined => {
  const total = times.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let rest = total * (1 - SLOWEST_SHARE);
  const place = times.findIndex((count) => (rest -= count) <= 0);
  return bounds[place];
};

/** How many answers took longer than a time, to the bound of a class. */
export const slowerThan = (times: readonly number[], bounds: readonly number[], ms: number): Share => {
  const place = bounds.findIndex((bound) => bound >= ms);
  const from = place === -1 ? bounds.length : place + 1;
  return {
    bad: times.slice(from).reduce((sum, count) => sum + count, 0),
    total: times.reduce((sum, count) => sum + count, 0),
  };
};
