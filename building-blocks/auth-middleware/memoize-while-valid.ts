export type MemoizeOptions<Value> = {
  readonly entriesMax: number;
  /** A value is loaded again after this, however long it stays valid. */
  readonly ageMaxMs: number;
  readonly validUntilMs: (value: Value) => number;
  readonly now?: () => number;
};

type Entry<Value> = { readonly value: Value; readonly until: number; readonly loadedAt: number };

/**
 * `load`, called once per key while its value is valid. Failures are not remembered; the oldest keys go first.
 */
export const memoizeWhileValid = <Value>(
  load: (key: string) => Promise<Value>,
  { entriesMax, ageMaxMs, validUntilMs, now = Date.now }: MemoizeOptions<Value>,
): ((key: string) => Promise<Value>) => {
  const entries = new Map<string, Entry<Value>>();

  /** A clock set back must not prolong a value. */
  const isValid = ({ loadedAt, until }: Entry<Value>, at: number): boolean => at < until && at >= loadedAt;

  const loadAndStore = async (key: string): Promise<Value> => {
    entries.delete(key);
    const value = await load(key);
    const loadedAt = now();
    if (entries.size >= entriesMax) {
      const oldest = entries.keys().next();
      if (oldest.done !== true) entries.delete(oldest.value);
    }
    entries.set(key, { value, loadedAt, until: Math.min(validUntilMs(value), loadedAt + ageMaxMs) });
    return value;
  };

  return async (key) => {
    const earlier = entries.get(key);
    return earlier !== undefined && isValid(earlier, now()) ? earlier.value : loadAndStore(key);
  };
};
