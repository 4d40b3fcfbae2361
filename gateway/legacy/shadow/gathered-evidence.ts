import type { Capability } from '@lego-moc/migration/contracts/capabilities';
import {
  EXAMPLES_MAX,
  TIME_BOUNDS_MS,
  timeClassOf,
  type CapabilityEvidence,
  type DifferenceExample,
} from '@lego-moc/migration/contracts/evidence';
import type { Routing, Side } from '@lego-moc/migration/contracts/routing';

export type Stage = Pick<Routing, 'state' | 'percent'>;

/** What a side made of a request. `readMs` is given for reads only, which are alike on both sides. */
export type SideOutcome = { readonly side: Side; readonly outcome: number | 'failed'; readonly readMs?: number };

export type ComparisonOutcome = keyof CapabilityEvidence['comparisons'];

type Counts = { answers: number; errors: number; failures: number; times: number[] };
type Gathering = {
  readonly stage: Stage;
  readonly legacy: Counts;
  readonly platform: Counts;
  readonly comparisons: Record<ComparisonOutcome, number>;
  readonly examples: DifferenceExample[];
};

const noCounts = (): Counts => ({ answers: 0, errors: 0, failures: 0, times: [] });

const timesOf = (times: readonly number[]): number[] =>
  Array.from({ length: TIME_BOUNDS_MS.length + 1 }, (_, place) => times[place] ?? 0);

/** Counts what both sides answer, until the counts are taken. What was gathered at an earlier stage is dropped. */
export const gatheredEvidence = () => {
  const byCapability = new Map<Capability, Gathering>();

  const gatheringAt = (capability: Capability, stage: Stage): Gathering => {
    const present = byCapability.get(capability);
    if (present?.stage.state === stage.state && present.stage.percent === stage.percent) return present;
    const comparisons = { alike: 0, different: 0, foreign: 0, unsettled: 0, skipped: 0 };
    const { state, percent } = stage;
    const next = { stage: { state, percent }, legacy: noCounts(), platform: noCounts(), comparisons, examples: [] };
    byCapability.set(capability, next);
    return next;
  };

  return {
    noteAnswer: (capability: Capability, stage: Stage, { side, outcome, readMs }: SideOutcome): void => {
      const counts = gatheringAt(capability, stage)[side];
      counts.answers += 1;
      if (outcome === 'failed') counts.failures += 1;
      if (outcome === 'failed' || outcome >= 500) counts.errors += 1;
      if (readMs === undefined) return;
      const place = timeClassOf(readMs);
      counts.times[place] = (counts.times[place] ?? 0) + 1;
    },
    noteComparison: (
      capability: Capability,
      stage: Stage,
      outcome: ComparisonOutcome,
      example?: DifferenceExample,
    ): void => {
      const { comparisons, examples } = gatheringAt(capability, stage);
      comparisons[outcome] += 1;
      if (example !== undefined && examples.length < EXAMPLES_MAX) examples.push(example);
    },
    /** What was gathered since the last time. */
    take: (): CapabilityEvidence[] => {
      const evidence = [...byCapability].map(([capability, { stage, legacy, platform, ...counts }]) => ({
        ...{ capability, ...stage, ...counts },
        legacy: { ...legacy, times: timesOf(legacy.times) },
        platform: { ...platform, times: timesOf(platform.times) },
      }));
      byCapability.clear();
      return evidence;
    },
  };
};

export type GatheredEvidence = ReturnType<typeof gatheredEvidence>;
