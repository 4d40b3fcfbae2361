import type { Verdict } from '../migration-events.ts';

export type DifferenceLimits = {
  /** A rate that passes nearly always. */
  readonly acceptable: number;
  /** A rate that fails nearly always. */
  readonly excessive: number;
};

/** Of 100 rates at a limit, one is judged wrongly. */
const ERROR_RATE = 0.01;
const LOG_LIMIT = Math.log((1 - ERROR_RATE) / ERROR_RATE);

/** Wald's sequential probability ratio: few comparisons decide what is clear, more what is close. */
export const judgeDifferenceRate = (
  { different, compared }: { readonly different: number; readonly compared: number },
  { acceptable, excessive }: DifferenceLimits,
): Verdict['outcome'] => {
  const logRatio =
    different * Math.log(excessive / acceptable) +
    (compared - different) * Math.log((1 - excessive) / (1 - acceptable));
  if (logRatio >= LOG_LIMIT) return 'fail';
  return logRatio <= -LOG_LIMIT ? 'pass' : 'inconclusive';
};
