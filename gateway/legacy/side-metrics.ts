import type { Side } from '@lego-moc/migration/contracts/routing';
import type { Metrics } from '@lego-moc/metrics/metrics';

export type SideLabels = { readonly area: string; readonly side: Side; readonly kind: 'read' | 'write' };

export type SideMetrics = {
  readonly observe: (labels: SideLabels, outcome: number | Error, ms: number) => void;
  readonly countHeld: (area: string, outcome: 'released' | 'refused') => void;
  /** A read that both sides were asked for, and what came of comparing their answers. */
  readonly countComparison: (area: string, outcome: string) => void;
};

const statusOf = (outcome: number | Error): string => (typeof outcome === 'number' ? String(outcome) : 'failed');

/** What each side answers, up to the head of its answer, and the writes that waited for a change of sides. */
export const sideMetrics = (metrics: Metrics): SideMetrics => {
  const answers = metrics.histogram(
    'gateway_side_duration_seconds',
    'Time to the head of an answer in the monolith’s contract, by the side that answered; "failed" without one.',
    { labels: ['area', 'side', 'kind', 'status'] },
  );
  const heldWrites = metrics.counter(
    'gateway_held_writes_total',
    'Writes that waited while their user changed sides; "refused" after two seconds.',
    ['area', 'outcome'],
  );
  const comparisons = metrics.counter(
    'gateway_compared_reads_total',
    'Reads that both sides were asked for; "unsettled" changed meanwhile, "skipped" could not be compared.',
    ['area', 'outcome'],
  );
  return {
    countComparison: (area, outcome) => comparisons.inc({ area, outcome }),
    observe: (labels, outcome, ms) => answers.observe({ ...labels, status: statusOf(outcome) }, ms / 1_000),
    countHeld: (area, outcome) => heldWrites.inc({ area, outcome }),
  };
};
