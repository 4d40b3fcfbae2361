/** Loads values for some of the requested ids; ids without a value are missing in the result. */
export type LoadMany<T> = (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>;

/**
 * The same, with loads in flight shared: however many callers want one id at once, `load` gets it once. A failed load
 * fails all its callers, and the next call loads anew.
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
    const newIds = uniqueIds.filter((id) => !underWay.has(id));
    if (newIds.length > 0) begin(newIds);
    const answers = await Promise.all(uniqueIds.map(async (id) => [id, (await underWay.get(id))?.get(id)] as const));
    return new Map(answers.flatMap(([id, value]) => (value === undefined ? [] : [[id, value]])));
  };
};
