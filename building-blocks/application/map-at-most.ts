import pMap from 'p-map';

/**
 * Maps items in their order, at most `limit` of them at a time. Rejects with the first failure; items that have not begun
 * by then are left alone.
 */
export const mapAtMost = <Item, Result>(
  limit: number,
  items: readonly Item[],
  map: (item: Item, at: number) => Promise<Result>,
): Promise<Result[]> => pMap<Item, Result>(items, map, { concurrency: limit });
