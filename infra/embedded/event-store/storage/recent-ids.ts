/** How many of the newest event ids are recognised without an expected revision. EventStoreDB keeps 8 MiB of them. */
export const RECENT_IDS_MAX = 32_768;

/**
 * Event id → position of its newest record, for at least the `max` newest ids and at most twice as many. Forgetting by
 * generations, as finding the oldest key of a map that keeps losing it costs a walk over all that it has lost.
 */
export const recentIds = (max: number = RECENT_IDS_MAX) => {
  let older = new Map<string, number>();
  let newer = new Map<string, number>();
  return {
    positionOf: (id: string): number | undefined => newer.get(id) ?? older.get(id),
    remember: (id: string, position: number): void => {
      newer.set(id, position);
      if (newer.size < max) return;
      older = newer;
      newer = new Map();
    },
  };
};

export type RecentIds = ReturnType<typeof recentIds>;
