/** Bytes that appends may hold together which have begun to arrive and are not complete. */
const UNFINISHED_BYTES_MAX = 32 * 1024 * 1024;

type Entry = { readonly bytes: number; readonly evict: () => void };

/**
 * Bounds what incomplete appends hold, over all connections: above the limit those are evicted that have grown least
 * recently, as an honest client sends on.
 */
export const unfinishedAppends = (maxBytes: number = UNFINISHED_BYTES_MAX) => {
  // In the order of their last growth.
  const entries = new Map<object, Entry>();
  let total = 0;

  const release = (append: object): void => {
    total -= entries.get(append)?.bytes ?? 0;
    entries.delete(append);
  };

  return {
    /** Says how many bytes an append holds by now; it may itself be evicted at once. */
    hold: (append: object, bytes: number, evict: () => void): void => {
      release(append);
      entries.set(append, { bytes, evict });
      total += bytes;
      for (const [oldest, entry] of entries) {
        if (total <= maxBytes) return;
        release(oldest);
        entry.evict();
      }
    },
    release,
    /** Bytes that are held. */
    total: (): number => total,
  };
};

export type UnfinishedAppends = ReturnType<typeof unfinishedAppends>;
