import { TIME_BOUNDS_MS, type EvidenceReply } from '../../contracts/evidence.ts';
import type { Evidence } from '../../application/evidence-log.ts';
import { p95Of } from '../../domain/gates/answer-times.ts';
import type { SideTraffic } from '../../domain/gates/traffic.ts';
import type { Verdict } from '../../domain/migration-events.ts';

const EXAMPLES_SHOWN_MAX = 20;

const summaryOf = ({ answers, errors, failures, times }: SideTraffic): EvidenceReply['legacy'] => ({
  ...{ answers, errors, failures },
  p95Ms: p95Of(times, TIME_BOUNDS_MS) ?? null,
});

/** How many examples differ where, most first. */
const placesOf = ({ examples }: Pick<Evidence, 'examples'>): EvidenceReply['places'] => {
  const places = new Map<string, EvidenceReply['places'][number]>();
  for (const { path, kind } of examples.flatMap(({ differences }) => differences)) {
    const key = `${kind} ${path}`;
    places.set(key, { path, kind, examples: (places.get(key)?.examples ?? 0) + 1 });
  }
  return [...places.values()].toSorted((first, other) => other.examples - first.examples);
};

export const evidenceReplyOf = (verdicts: readonly Verdict[], evidence: Evidence): EvidenceReply => ({
  verdicts: [...verdicts],
  legacy: summaryOf(evidence.traffic.legacy),
  platform: summaryOf(evidence.traffic.platform),
  comparisons: evidence.traffic.comparisons,
  places: placesOf(evidence),
  examples: evidence.examples.slice(0, EXAMPLES_SHOWN_MAX),
});
