/** Answers for some of the ids asked for; those that there is nothing for are missing. */
export type LoadMany<T> = (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>;

/**
 * The same, but what somebody is already asking for is not asked for again: however many want one id at once, `load`
 * hears of it once. A load that fails fails for all who wait for it, and the next one asks anew.
 */
export const sharedLoads = <T>(load: LoadMany<T>): LoadMany<T> => {
  const underWay = new Map<string, Promise<ReadonlyMap<string, T>>>();

  const begin = (ids: readonly string[]): void => {
    const loading = load(ids).finally(() => {
      for (const id of ids) if (underWay.get(id) === loading) underWay.delete(id);
    });
    for (const id of ids) underWay.set(id, loading);
  };

  return async (ids) => {
    const uniqueIds = [...new Set(ids)];
    const unasked = uniqueIds.filter((id) => !underWay.has(id));
    if (unasked.length > 0) begin(unasked);
    const answers = await Promise.all(uniqueIds.map(async (id) => [id, (await underWay.get(id))?.get(id)] as const));
    return new Map(answers.flatMap(([id, value]) => (value === undefined ? [] : [[id, value]])));
  };
};
