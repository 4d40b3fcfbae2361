export type MemoizeOptions<Value> = {
  readonly entriesMax: number;
  /** However long a value may be good for, it is asked for again after this. */
  readonly ageMaxMs: number;
  readonly validUntilMs: (value: Value) => number;
  readonly now?: () => number;
};

type Entry<Value> = { readonly value: Value; readonly until: number; readonly loadedAt: number };

/**
 * `ask`, asked once per key while its value is good; what is remembered comes at once. Failures are not remembered; the
 * oldest keys go first.
 */
export const memoizeWhileValid = <Value>(
  load: (key: string) => Promise<Value>,
  { entriesMax, ageMaxMs, validUntilMs, now = Date.now }: MemoizeOptions<Value>,
): ((key: string) => Value | Promise<Value>) => {
  const entries = new Map<string, Entry<Value>>();

  /** A clock set back must not make a value good for longer than it was meant to be. */
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

  return (key) => {
    const known = entries.get(key);
    return known !== undefined && isValid(known, now()) ? known.value : loadAndStore(key);
  };
};
