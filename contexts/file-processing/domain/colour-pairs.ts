/** Rebrickable's colour ids by those of another program, from a list of `<other>:<Rebrickable>`. */
export const coloursByOtherId = (list: string): ReadonlyMap<number, readonly number[]> => {
  const pairs = list
    .trim()
    .split(/\s+/)
    .map((pair) => pair.split(':').map(Number) as [number, number]);
  return new Map(
    [...Map.groupBy(pairs, ([other]) => other)].map(([other, group]) => [other, group.map(([, id]) => id)]),
  );
};
