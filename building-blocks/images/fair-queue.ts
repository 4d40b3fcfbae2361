/** A queue that serves owners in turn: many items of one owner do not delay the others' first. */
export interface FairQueue<Item> {
  size(): number;
  add(owner: string, item: Item): void;
  take(): Item | undefined;
}

export const fairQueue = <Item>(): FairQueue<Item> => {
  const byOwner = new Map<string, Item[]>();
  let size = 0;
  return {
    size: () => size,
    add: (owner, item) => {
      size += 1;
      const items = byOwner.get(owner);
      if (items === undefined) byOwner.set(owner, [item]);
      else items.push(item);
    },
    take: () => {
      const [next] = byOwner;
      if (next === undefined) return undefined;
      const [owner, [item, ...rest]] = next;
      size -= 1;
      byOwner.delete(owner);
      // To the end of the map: every other owner comes first.
      if (rest.length > 0) byOwner.set(owner, rest);
      return item;
    },
  };
};
