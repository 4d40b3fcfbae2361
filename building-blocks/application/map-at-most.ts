/**
 * Maps items in their order, at most `limit` of them at a time. Rejects with the first failure; items that have not begun
 * by then are left alone.
 */
export const mapAtMost = async <Item, Result>(
  limit: number,
  items: readonly Item[],
  map: (item: Item, at: number) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = [];
  const entries = items.entries();
  let hasFailed = false;
  const work = async (): Promise<void> => {
    for (const [at, item] of entries) {
      if (hasFailed) return;
      try {
        results[at] = await map(item, at);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
};
