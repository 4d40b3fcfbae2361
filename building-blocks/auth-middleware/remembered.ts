export type RememberedOptions<Value> = {
  readonly entriesMax: number;
  /** However long a value may be good for, it is asked for again after this. */
  readonly keptMaxMs: number;
  readonly goodUntilMs: (value: Value) => number;
  readonly now?: () => number;
};

type Entry<Value> = { readonly value: Value; readonly until: number; readonly askedAt: number };

/**
 * `ask`, asked once per key while its value is good; what is remembered comes at once. Failures are not remembered; the
 * oldest keys go first.
 */
export const remembered = <Value>(
  ask: (key: string) => Promise<Value>,
  { entriesMax, keptMaxMs, goodUntilMs, now = Date.now }: RememberedOptions<Value>,
): ((key: string) => Value | Promise<Value>) => {
  const entries = new Map<string, Entry<Value>>();

  /** A clock set back must not make a value good for longer than it was meant to be. */
  const isGood = ({ askedAt, until }: Entry<Value>, at: number): boolean => at < until && at >= askedAt;

  const askAndKeep = async (key: string): Promise<Value> => {
    entries.delete(key);
    const value = await ask(key);
    const askedAt = now();
    if (entries.size >= entriesMax) {
      const oldest = entries.keys().next();
      if (oldest.done !== true) entries.delete(oldest.value);
    }
    entries.set(key, { value, askedAt, until: Math.min(goodUntilMs(value), askedAt + keptMaxMs) });
    return value;
  };

  return (key) => {
    const known = entries.get(key);
    return known !== undefined && isGood(known, now()) ? known.value : askAndKeep(key);
  };
};
