/** What a side answered. */
export type SideTraffic = {
  readonly answers: number;
  /** Of them: 5xx, or none. */
  readonly errors: number;
  /** Of them: no answer of the side. */
  readonly failures: number;
  /** Reads by the class of the time that they took. */
  readonly times: readonly number[];
};

/** Answers of both sides to one read, compared. */
export type Comparisons = {
  readonly alike: number;
  readonly different: number;
  /** Answers of the platform with rows of somebody else than the caller. */
  readonly foreign: number;
  /** They differed, and changed before they could be looked at again. */
  readonly unsettled: number;
  /** Too large, too many, or one side did not answer. */
  readonly skipped: number;
};

export type Traffic = {
  readonly legacy: SideTraffic;
  readonly platform: SideTraffic;
  readonly comparisons: Comparisons;
};

const NO_SIDE: SideTraffic = { answers: 0, errors: 0, failures: 0, times: [] };
export const NO_TRAFFIC: Traffic = {
  legacy: NO_SIDE,
  platform: NO_SIDE,
  comparisons: { alike: 0, different: 0, foreign: 0, unsettled: 0, skipped: 0 },
};

const addTimes = (first: readonly number[], other: readonly number[]): readonly number[] =>
  Array.from({ length: Math.max(first.length, other.length) }, (_, index) => (first[index] ?? 0) + (other[index] ?? 0));

const addSides = (first: SideTraffic, other: SideTraffic): SideTraffic => ({
  answers: first.answers + other.answers,
  errors: first.errors + other.errors,
  failures: first.failures + other.failures,
  times: addTimes(first.times, other.times),
});

export const addTraffic = (first: Traffic, other: Traffic): Traffic => ({
  legacy: addSides(first.legacy, other.legacy),
  platform: addSides(first.platform, other.platform),
  comparisons: {
    alike: first.comparisons.alike + other.comparisons.alike,
    different: first.comparisons.different + other.comparisons.different,
    foreign: first.comparisons.foreign + other.comparisons.foreign,
    unsettled: first.comparisons.unsettled + other.comparisons.unsettled,
    skipped: first.comparisons.skipped + other.comparisons.skipped,
  },
});

export const comparedOf = ({ comparisons: { alike, different } }: Traffic): number => alike + different;
