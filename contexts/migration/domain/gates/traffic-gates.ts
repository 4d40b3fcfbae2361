import type { Verdict } from '../migration-events.ts';
import { p95Of, slowerThan } from './answer-times.ts';
import { judgeDifferenceRate } from './difference-rate.ts';
import { judgeShares, type Share } from './shares.ts';
import { comparedOf, type SideTraffic, type Traffic } from './traffic.ts';

export type GateOptions = {
  /** Upper bounds of the classes of times, in milliseconds. */
  readonly bounds: readonly number[];
  /** How many times more than planned passes: 1 in production. Less evidence is needed then. */
  readonly tolerance: number;
};

const DIFFERENCE_RATE_MAX = 0.002;
/** The acceptable rate is a tenth of the excessive one. */
const RATE_RATIO = 10;
const ERRORS_MARGIN = 0.005;
const SLOW_MARGIN = 0.05;
const SAMPLES_MIN = 500;

/** What nobody notices: a twentieth may be slower than the monolith's by more than this. */
const SLOWER_FACTOR = 1.25;
const SLOWER_MS = 50;

const OUTAGE = { answersMin: 20, failuresMin: 5, platformShare: 0.25, legacyShare: 0.1 };

const samplesMin = (tolerance: number): number => Math.max(20, Math.ceil(SAMPLES_MIN / tolerance));

const part = ({ bad, total }: Share): string => `${String(bad)} of ${String(total)}`;

const foreignRows = ({ comparisons: { foreign } }: Traffic): Verdict => ({
  gate: 'foreign-rows',
  outcome: foreign > 0 ? 'fail' : 'pass',
  detail: `${String(foreign)} answers of the platform had rows of somebody else.`,
});

const differences = (traffic: Traffic, { tolerance }: GateOptions): Verdict => {
  const total = comparedOf(traffic);
  const { different, unsettled } = traffic.comparisons;
  const excessive = Math.min(0.5, DIFFERENCE_RATE_MAX * tolerance);
  return {
    gate: 'differences',
    outcome: judgeDifferenceRate({ different, compared: total }, { acceptable: excessive / RATE_RATIO, excessive }),
    detail: `${part({ bad: different, total })} answers differ; ${String(unsettled)} changed meanwhile.`,
  };
};

const errors = ({ legacy, platform }: Traffic, { tolerance }: GateOptions): Verdict => {
  const [ours, theirs] = [platform, legacy].map(({ errors: bad, answers: total }): Share => ({ bad, total })) as [
    Share,
    Share,
  ];
  const limits = { margin: ERRORS_MARGIN * tolerance, samplesMin: samplesMin(tolerance) };
  return {
    gate: 'errors',
    outcome: judgeShares(ours, theirs, limits),
    detail: `${part(ours)} answers of the platform were errors, ${part(theirs)} of the monolith.`,
  };
};

const latency = ({ legacy, platform }: Traffic, { bounds, tolerance }: GateOptions): Verdict => {
  const [p95, legacyP95] = [p95Of(platform.times, bounds), p95Of(legacy.times, bounds)];
  if (legacyP95 === undefined)
    return { gate: 'latency', outcome: 'inconclusive', detail: 'The monolith has answered no read.' };
  const slowMs = Math.max(legacyP95 * SLOWER_FACTOR, legacyP95 + SLOWER_MS);
  const [ours, theirs] = [slowerThan(platform.times, bounds, slowMs), slowerThan(legacy.times, bounds, slowMs)];
  const limits = { margin: SLOW_MARGIN * tolerance, samplesMin: samplesMin(tolerance) };
  const p95Text = p95 === undefined ? 'unknown' : `${p95.toFixed(0)} ms`;
  return {
    gate: 'latency',
    outcome: judgeShares(ours, theirs, limits),
    detail:
      `95 % within ${p95Text} on the platform, ${legacyP95.toFixed(0)} ms at the monolith; ` +
      `slower than ${slowMs.toFixed(0)} ms: ${part(ours)}, and ${part(theirs)}.`,
  };
};

const hasOutage = (platform: SideTraffic, legacy: SideTraffic): boolean =>
  platform.answers >= OUTAGE.answersMin &&
  platform.failures >= OUTAGE.failuresMin &&
  platform.failures >= platform.answers * OUTAGE.platformShare &&
  legacy.failures <= legacy.answers * OUTAGE.legacyShare;

/** Judged by the last half minute alone: nobody waits for statistics while nothing is answered. */
const outage = ({ platform, legacy }: Traffic): Verdict => ({
  gate: 'outage',
  outcome: hasOutage(platform, legacy) ? 'fail' : 'pass',
  detail: `${part({ bad: platform.failures, total: platform.answers })} requests got no answer of the platform of late.`,
});

/** What the traffic of both sides says about moving more users to the platform. */
export const judgeTraffic = (traffic: Traffic, lately: Traffic, options: GateOptions): readonly Verdict[] => [
  foreignRows(traffic),
  outage(lately),
  differences(traffic, options),
  errors(traffic, options),
  latency(traffic, options),
];
