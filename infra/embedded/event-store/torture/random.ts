/** Random choices that a seed repeats; their timing against the server is not repeatable. */
export type Random = {
  /** A whole number in [from, to]. */
  readonly between: (from: number, to: number) => number;
  readonly oneIn: (odds: number) => boolean;
};

/** A linear congruential generator: the quality of the numbers does not matter here, their repeatability does. */
export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return { between, oneIn: (odds) => between(1, odds) === 1 };
};
