import { z } from 'zod';
import { CAPABILITIES } from './capabilities.ts';
import { MIGRATION_STATES } from './routing.ts';

/** Upper bounds of the classes that times of answers are counted in, each a fifth above the one before; 7 s at most. */
export const TIME_BOUNDS_MS: readonly number[] = Array.from({ length: 52 }, (_, place) => 2 ** (place / 4));

const TIME_CLASSES = TIME_BOUNDS_MS.length + 1;

/** The class of a time; the last one has no bound. */
export const timeClassOf = (ms: number): number => {
  const place = TIME_BOUNDS_MS.findIndex((bound) => ms <= bound);
  return place === -1 ? TIME_BOUNDS_MS.length : place;
};

const count = z.int().nonnegative();
const sideTraffic = z.object({
  answers: count,
  errors: count,
  failures: count,
  times: z.array(count).max(TIME_CLASSES),
});

const comparisons = z.object({
  ...{ alike: count, different: count, foreign: count, unsettled: count, skipped: count },
});

export const DIFFERENCE_KINDS = ['status', 'type', 'value', 'missing-legacy', 'missing-platform', 'order'] as const;

/** A place where two answers differ. Values are masked: their type, their length and a keyed hash. */
const answerDifference = z.object({
  path: z.string().max(200),
  kind: z.enum(DIFFERENCE_KINDS),
  legacy: z.string().max(100),
  platform: z.string().max(100),
});
export type AnswerDifference = z.infer<typeof answerDifference>;

export const DIFFERENCES_MAX = 10;
export const EXAMPLES_MAX = 20;

/** Two answers that differ. The correlation id leads to the logs of both sides. */
export const differenceExample = z.object({
  at: z.iso.datetime(),
  correlationId: z.string().max(100),
  /** Without ids, and with the names of parameters only. */
  request: z.string().max(300),
  differences: z.array(answerDifference).max(DIFFERENCES_MAX),
});
export type DifferenceExample = z.infer<typeof differenceExample>;

export const capabilityEvidence = z.object({
  capability: z.enum(CAPABILITIES),
  /** The stage under which it was gathered. */
  state: z.enum(MIGRATION_STATES),
  percent: z.int().min(0).max(100),
  ...{ legacy: sideTraffic, platform: sideTraffic, comparisons },
  examples: z.array(differenceExample).max(EXAMPLES_MAX),
});
export type CapabilityEvidence = z.infer<typeof capabilityEvidence>;

/** `POST /internal/v1/evidence`: what a gateway has seen since its last report. A number comes once. */
export const evidenceReport = z.strictObject({
  instance: z.string().min(1).max(100),
  number: count,
  evidence: z.array(capabilityEvidence).max(CAPABILITIES.length),
});
export type EvidenceReport = z.infer<typeof evidenceReport>;

const verdict = z.object({ gate: z.string(), outcome: z.enum(['pass', 'fail', 'inconclusive']), detail: z.string() });

const sideSummary = z.object({ answers: count, errors: count, failures: count, p95Ms: z.number().nullable() });

/** What the gates of a stage say, and by what. */
export const evidenceReply = z.object({
  verdicts: z.array(verdict),
  ...{ legacy: sideSummary, platform: sideSummary, comparisons },
  /** How often the kept examples differ where. */
  places: z.array(z.object({ path: z.string(), kind: z.enum(DIFFERENCE_KINDS), examples: count })),
  /** The last ones, the newest first. */
  examples: z.array(differenceExample),
});
export type EvidenceReply = z.infer<typeof evidenceReply>;
