import type { Capability } from '../contracts/capabilities.ts';
import type { CapabilityEvidence, DifferenceExample, EvidenceReport } from '../contracts/evidence.ts';
import { addTraffic, comparedOf, NO_TRAFFIC, type Traffic } from '../domain/gates/traffic.ts';
import type { Stage } from '../domain/migration-events.ts';

const SLOT_MS = 10_000;
const SLOTS_MAX = 360;
/** Older traffic than this must not hide what went wrong since. */
const COMPARED_MAX = 5_000;
const ANSWERS_MAX = 10_000;
const LATELY_SLOTS = 3;
const EXAMPLES_KEPT = 200;
const GATEWAYS_MAX = 100;

export type Evidence = {
  readonly traffic: Traffic;
  /** Of the last half minute. */
  readonly lately: Traffic;
  /** The newest first. */
  readonly examples: readonly DifferenceExample[];
};

type Slot = { readonly place: number; readonly traffic: Traffic };
type Gathering = { readonly stage: string; readonly slots: readonly Slot[]; readonly examples: Evidence['examples'] };

const labelOf = ({ state, percent }: Stage): string => `${state} ${String(percent)}`;

const isEnough = (traffic: Traffic): boolean =>
  comparedOf(traffic) >= COMPARED_MAX && Math.min(traffic.legacy.answers, traffic.platform.answers) >= ANSWERS_MAX;

/** The newest slots that are enough. */
const sumOf = (slots: readonly Slot[]): Traffic => {
  let sum = NO_TRAFFIC;
  for (const { traffic } of slots) {
    if (isEnough(sum)) return sum;
    sum = addTraffic(sum, traffic);
  }
  return sum;
};

/**
 * What gateways have seen of both sides at the present stage of each capability, in a sliding window. It lies in memory:
 * after a start it is gathered anew, and gates cannot tell until then.
 */
export const evidenceLog = (nowMs: () => number) => {
  const gatherings = new Map<Capability, Gathering>();
  const numbers = new Map<string, number>();

  const placeNow = (): number => Math.floor(nowMs() / SLOT_MS);

  const isNew = ({ instance, number }: EvidenceReport): boolean => {
    if ((numbers.get(instance) ?? -1) >= number) return false;
    numbers.delete(instance);
    numbers.set(instance, number);
    const [oldest] = numbers.keys();
    if (numbers.size > GATEWAYS_MAX && oldest !== undefined) numbers.delete(oldest);
    return true;
  };

  const gatheringAt = (capability: Capability, stage: Stage): Gathering => {
    const present = gatherings.get(capability);
    return present?.stage === labelOf(stage) ? present : { stage: labelOf(stage), slots: [], examples: [] };
  };

  const add = (stage: Stage, { capability, examples, legacy, platform, comparisons }: CapabilityEvidence): void => {
    const { slots, examples: former, ...gathering } = gatheringAt(capability, stage);
    const traffic = { legacy, platform, comparisons };
    const [first, ...others] = slots;
    const place = placeNow();
    const next =
      first?.place === place
        ? [{ place, traffic: addTraffic(first.traffic, traffic) }, ...others]
        : [{ place, traffic }, ...slots].slice(0, SLOTS_MAX);
    gatherings.set(capability, {
      ...gathering,
      slots: next,
      examples: [...examples.toReversed(), ...former].slice(0, EXAMPLES_KEPT),
    });
  };

  return {
    /** Takes over a report once; what was seen at another stage than the present one says nothing about it. */
    note: (report: EvidenceReport, stageOf: (capability: Capability) => Stage): void => {
      if (!isNew(report)) return;
      for (const evidence of report.evidence) {
        const stage = stageOf(evidence.capability);
        if (labelOf(stage) === labelOf(evidence)) add(stage, evidence);
      }
    },
    /** Gathers anew: the cause of what was seen is gone. */
    forget: (capability: Capability): void => void gatherings.delete(capability),
    read: (capability: Capability, stage: Stage): Evidence => {
      const { slots, examples } = gatheringAt(capability, stage);
      const from = placeNow();
      const present = slots.filter(({ place }) => place > from - SLOTS_MAX);
      return {
        traffic: sumOf(present),
        lately: sumOf(present.filter(({ place }) => place > from - LATELY_SLOTS)),
        examples,
      };
    },
  };
};

export type EvidenceLog = ReturnType<typeof evidenceLog>;
