import type { TrafficView } from '../api/traffic.ts';

type Cell = TrafficView['series'][number]['cells'][number];

/** One line of a table: a service or a route over the whole time. */
export type Total = {
  readonly name: string;
  readonly count: number;
  /** Of all requests, from 0 to 1. */
  readonly share: number;
  readonly errorShare: number;
  /** The worst of its steps, in seconds; null beyond the last bound. */
  readonly worstP95: number | null;
};

const worst = (left: number | null, right: number | null): number | null =>
  left === null || right === null ? null : Math.max(left, right);

export const totalsOf = ({ series }: TrafficView): readonly Total[] => {
  const sums = series.map(({ name, cells }) => ({
    name,
    count: cells.reduce((sum, { count }) => sum + count, 0),
    errors: cells.reduce((sum, { errors }) => sum + errors, 0),
    worstP95: cells.reduce<number | null>((p95, cell) => worst(p95, cell.p95), 0),
  }));
  const all = sums.reduce((sum, { count }) => sum + count, 0);
  return sums
    .map(({ name, count, errors, worstP95 }) => ({
      ...{ name, count, worstP95 },
      share: all === 0 ? 0 : count / all,
      errorShare: count === 0 ? 0 : errors / count,
    }))
    .toSorted((left, right) => right.count - left.count);
};

/**
 * Requests and errors a second in each step, with the seconds at which the steps begin; null where nobody has counted,
 * which is not the same as none.
 */
export const courseOf = ({ series, since, from, steps, stepSeconds }: TrafficView) => {
  const begin = Date.parse(from) / 1_000;
  const firstStep = since === null ? steps : Math.floor((Date.parse(since) / 1_000 - begin) / stepSeconds);
  const sum = (of: (cell: Cell) => number): readonly (number | null)[] => {
    const perStep = Array<number>(steps).fill(0);
    for (const { cells } of series) for (const cell of cells) perStep[cell.step] = (perStep[cell.step] ?? 0) + of(cell);
    return perStep.map((count, step) => (step < firstStep ? null : count / stepSeconds));
  };
  return {
    times: Array.from({ length: steps }, (_, step) => begin + step * stepSeconds),
    requests: sum(({ count }) => count),
    errors: sum(({ errors }) => errors),
  };
};

/** Upper bounds in seconds of the shades of a heat map. */
const SHADES_S = [0.025, 0.1, 0.25, 0.5, 1] as const;

/** From 0, fast, to 5, slower than the alert SlowRequests allows. */
export const shadeOf = (p95: number | null): number => {
  if (p95 === null) return SHADES_S.length;
  const shade = SHADES_S.findIndex((bound) => p95 <= bound);
  return shade < 0 ? SHADES_S.length : shade;
};
