import { median, type Sample } from './sampling.ts';

const ROUNDS = 3;

type Measure = () => Promise<Sample>;

/** Rounds take turns, so that what disturbs the machine disturbs all alike. */
export const inTurns = async <Names extends string>(
  measures: Readonly<Record<Names, Measure>>,
): Promise<Record<Names, Sample>> => {
  const names = Object.keys(measures) as Names[];
  // Once beforehand, unmeasured: what runs for the first time is not compiled yet.
  for (const name of names) await measures[name]();
  const samples = new Map<Names, Sample[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of names) samples.get(name)?.push(await measures[name]());
  }
  return Object.fromEntries(names.map((name) => [name, median(samples.get(name) ?? [])])) as Record<Names, Sample>;
};
