import { cpus, loadavg } from 'node:os';
import type { Measurement, Results, Round } from './rounds.ts';

const STEAL_MAX = 0.03;
/** The share of the machine that other programs may use in a round that counts. */
const OTHERS_MAX = 0.1;
const CLEAN_MIN = 5;

const quantile = (numbers: readonly number[], share: number): number => {
  const sortedNumbers = numbers.toSorted((a, b) => a - b);
  return sortedNumbers[Math.min(sortedNumbers.length - 1, Math.floor(sortedNumbers.length * share))] ?? Number.NaN;
};
const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);

const isClean = ({ disturbed: { steal, others } }: Round): boolean => steal <= STEAL_MAX && others <= OTHERS_MAX;

/** The one number that a round is compared by. */
export type Figure = (round: Round) => number;

const perRequest = (cpuUs: number, { count }: Measurement): number => cpuUs / Math.max(1, count);

export const FIGURES = {
  requestsPerSecond: ({ saturated }) => saturated.count / saturated.seconds,
  cpuUs: ({ saturated }) => perRequest(saturated.cpuUs, saturated),
  cpuUsPaced: ({ paced }) => perRequest(paced.cpuUs, paced),
  behindUs: ({ saturated }) => perRequest(saturated.behindUs, saturated),
  p50Ms: ({ paced }) => quantile(paced.latenciesMs, 0.5),
  p95Ms: ({ paced }) => quantile(paced.latenciesMs, 0.95),
  p99Ms: ({ paced }) => quantile(paced.latenciesMs, 0.99),
} satisfies Record<string, Figure>;

/** Medians over the clean rounds, or over all when there are none. */
const overRounds = (rounds: readonly Round[], figure: Figure): number => {
  const clean = rounds.filter(isClean);
  return median((clean.length === 0 ? rounds : clean).map(figure));
};

/** The ratio of two contestants within the same round, where the machine was the same for both. */
type Pair = { readonly subject: Round; readonly reference: Round };

const pairs = (results: Results, subject: string, reference: string): readonly Pair[] =>
  (results.get(subject) ?? []).flatMap((round, index) => {
    const other = results.get(reference)?.[index];
    return other === undefined ? [] : [{ subject: round, reference: other }];
  });

export type Aim = {
  readonly label: string;
  readonly subject: string;
  readonly reference: string;
  /** Computed from the two figures of one round. */
  readonly compare: (subject: Round, reference: Round) => number;
  readonly show: (value: number) => string;
  readonly atLeast?: number;
  readonly atMost?: number;
};

const verdictOn = (value: number, { atLeast = -Infinity, atMost = Infinity }: Aim): string =>
  value >= atLeast && value <= atMost ? 'met' : 'MISSED';

const lineFor = (results: Results, aim: Aim): string => {
  const missing = [aim.subject, aim.reference].filter((name) => !results.has(name));
  if (missing.length > 0) return `  ${aim.label}: not measured without ${missing.join(' and ')}`;
  const all = pairs(results, aim.subject, aim.reference);
  const clean = all.filter(({ subject, reference }) => isClean(subject) && isClean(reference));
  const enough = clean.length >= CLEAN_MIN;
  const value = median((enough ? clean : all).map(({ subject, reference }) => aim.compare(subject, reference)));
  const bound =
    aim.atLeast === undefined ? `at most ${aim.show(aim.atMost ?? 0)}` : `at least ${aim.show(aim.atLeast)}`;
  const verdict = enough ? verdictOn(value, aim) : `no verdict (would be ${verdictOn(value, aim)})`;
  return `  ${aim.label}: ${aim.show(value)}, aim ${bound}: ${verdict}; ${clean.length} of ${all.length} rounds clean`;
};

/** The machine, in a line: figures of different machines cannot be compared. */
export const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, node ${process.version}, load ${loadavg()[0]?.toFixed(1) ?? '?'}, ${new Date().toISOString()}`;

export type Column = { readonly title: string; readonly figure: Figure; readonly digits: number };

/** Prints the table of one discipline and whether its aims were met. */
export const print = (title: string, results: Results, columns: readonly Column[], aims: readonly Aim[]): void => {
  console.log(`\n${title}`);
  console.table(
    [...results].map(([name, rounds]) => ({
      '': name,
      ...Object.fromEntries(
        columns.map((column) => [column.title, Number(overRounds(rounds, column.figure).toFixed(column.digits))]),
      ),
      failed: rounds.reduce((sum, { saturated, paced }) => sum + saturated.failed + paced.failed, 0),
      clean: `${rounds.filter(isClean).length}/${rounds.length}`,
    })),
  );
  for (const aim of aims) console.log(lineFor(results, aim));
};

export const percent = (value: number): string => `${(value * 100).toFixed(0)} %`;
export const times = (value: number): string => `× ${value.toFixed(2)}`;
export const ms = (value: number): string => `${value.toFixed(2)} ms`;
