type SizedEvent = { readonly data: Uint8Array; readonly metadata: Uint8Array; readonly type: string };

/** How much a page may still take: `max` events, and `maxBytes` unless its first event alone is larger. */
export const pageBudget = (max: number, maxBytes = Infinity) => {
  let events = 0;
  let bytes = 0;
  return {
    isSpent: (): boolean => events >= max || bytes >= maxBytes,
    /** False when the event must wait for the next page. */
    take: ({ data, metadata, type }: SizedEvent): boolean => {
      bytes += data.length + metadata.length + type.length;
      if (events >= max || (events > 0 && bytes > maxBytes)) return false;
      events += 1;
      return true;
    },
  };
};
