/** How many of the newest event ids are recognised without an expected revision. EventStoreDB keeps 8 MiB of them. */
export const RECENT_IDS_MAX = 32_768;

/** Event id → position of its newest record, forgetting the oldest first. */
export const recentIds = (max: number = RECENT_IDS_MAX) => {
  const positions = new Map<string, number>();
  return {
    positionOf: (id: string): number | undefined => positions.get(id),
    remember: (id: string, position: number): void => {
      positions.delete(id);
      positions.set(id, position);
      if (positions.size > max) for (const oldest of positions.keys()) return void positions.delete(oldest);
    },
  };
};

export type RecentIds = ReturnType<typeof recentIds>;
