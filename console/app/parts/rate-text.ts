import type { Rate } from '../model/rates.ts';

/** `–` while nothing is known. */
export const formatRate = (rate: Rate | undefined): string =>
  rate === undefined ? '–' : `${rate.perSecond.toFixed(rate.perSecond < 10 ? 1 : 0)}/s`;

export const formatShare = (rate: Rate | undefined): string =>
  rate === undefined ? '–' : `${(rate.errorShare * 100).toFixed(1)} %`;

/** The bound of a histogram's bucket, hence "at most". */
export const formatP95 = (rate: Rate | undefined): string => {
  if (rate?.p95 === undefined) return '–';
  return rate.p95 === null ? 'more than 30 s' : `≤ ${String(rate.p95 * 1_000)} ms`;
};
