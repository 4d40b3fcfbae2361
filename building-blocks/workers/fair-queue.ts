type Entry<Item> = { readonly item: Item; readonly cost: number; readonly arrival: number };

/** `start` is the virtual time at which the owner's next item begins; it moves on by the cost of each. */
type Backlog<Item> = { start: number; readonly entries: Entry<Item>[] };

/** A queue that gives every owner the same share of the work, and serves what costs little first. */
export interface FairQueue<Item> {
  size(): number;
  /** `cost` is the work that the item causes, in any unit. 1 if not given: owners are then served in turn. */
  add(owner: string, item: Item, cost?: number): void;
  /** The next item, of those that cost at most `costMax`; `undefined` when there is none. */
  take(costMax?: number): Item | undefined;
}

/** An owner's cheapest item comes first, the earliest among equal ones. */
const insert = <Item>(entries: Entry<Item>[], entry: Entry<Item>): void => {
  const at = entries.findIndex(({ cost }) => cost > entry.cost);
  entries.splice(at === -1 ? entries.length : at, 0, entry);
};

/**
 * Self-clocked fair queueing (Golestani 1994): an item's tag is its owner's start plus its cost, and the lowest tag is
 * served. An owner with many items moves its own start on, not that of others; virtual time is the latest tag served, so
 * that newcomers do not overtake an expensive item for ever.
 */
export const fairQueue = <Item>(): FairQueue<Item> => {
  const backlogs = new Map<string, Backlog<Item>>();
  let virtualTime = 0;
  let size = 0;
  let arrivals = 0;

  /** An owner without items is remembered only while its start is ahead of virtual time. */
  const prune = (): void => {
    for (const [owner, { start, entries }] of backlogs)
      if (entries.length === 0 && start <= virtualTime) backlogs.delete(owner);
  };

  return {
    size: () => size,
    add: (owner, item, cost = 1) => {
      const backlog = backlogs.get(owner) ?? { start: 0, entries: [] };
      if (backlog.entries.length === 0) backlog.start = Math.max(backlog.start, virtualTime);
      insert(backlog.entries, { item, cost, arrival: (arrivals += 1) });
      backlogs.set(owner, backlog);
      size += 1;
    },
    take: (costMax = Infinity) => {
      let best: { readonly backlog: Backlog<Item>; readonly entry: Entry<Item>; readonly tag: number } | undefined;
      for (const backlog of backlogs.values()) {
        const [entry] = backlog.entries;
        if (entry === undefined || entry.cost > costMax) continue;
        const tag = backlog.start + entry.cost;
        const isEarlier = tag === best?.tag && entry.arrival < best.entry.arrival;
        if (best === undefined || tag < best.tag || isEarlier) best = { backlog, entry, tag };
      }
      if (best === undefined) return undefined;
      best.backlog.entries.shift();
      best.backlog.start = best.tag;
      virtualTime = Math.max(virtualTime, best.tag);
      size -= 1;
      prune();
      return best.entry.item;
    },
  };
};
