/** The limit of remembered ids, counted in bytes as in EventStoreDB. */
export const RECENT_IDS_BYTES_MAX = 8 * 1024 * 1024;
/** An id counts as this many bytes, plus the name of its stream in UTF-16. */
const ID_BYTES = 28;

/** Where an event was stored. */
export type IdAddress = { readonly position: number; readonly stream: string };

/**
 * Event id → the first place it was stored at, for appends that expect no revision. Kept in memory only, for the newest
 * half of `maxBytes` at least and for `maxBytes` at most. Ids are forgotten by generations: finding the oldest key of a
 * map that keeps losing it takes a walk over all that it has lost.
 */
export const recentIds = (maxBytes: number = RECENT_IDS_BYTES_MAX) => {
  let older = new Map<string, IdAddress>();
  let newer = new Map<string, IdAddress>();
  let newerBytes = 0;
  const find = (id: string): IdAddress | undefined => newer.get(id) ?? older.get(id);
  return {
    find,
    /** Does nothing when the id is known: the first place counts. */
    remember: (id: string, address: IdAddress): void => {
      if (find(id) !== undefined) return;
      newer.set(id, address);
      newerBytes += ID_BYTES + 2 * address.stream.length;
      if (newerBytes < maxBytes / 2) return;
      older = newer;
      newer = new Map();
      newerBytes = 0;
    },
  };
};

export type RecentIds = ReturnType<typeof recentIds>;
