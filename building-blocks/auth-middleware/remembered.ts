export type RememberedOptions<Value> = {
  readonly entriesMax: number;
  /** However long a value may be good for, it is asked for again after this. */
  readonly keptMaxMs: number;
  readonly goodUntilMs: (value: Value) => number;
  readonly now?: () => number;
};

type Entry<Value> = { readonly value: Value; readonly until: number; readonly askedAt: number };

/** `ask`, asked once per key while its value is good. Failures are not remembered; the oldest keys go first. */
export const remembered = <Value>(
  ask: (key: string) => Promise<Value>,
  { entriesMax, keptMaxMs, goodUntilMs, now = Date.now }: RememberedOptions<Value>,
): ((key: string) => Promise<Value>) => {
  const entries = new Map<string, Entry<Value>>();

  return async (key) => {
    const known = entries.get(key);
    // A clock set back must not make a value good for longer than it was meant to be.
    if (known !== undefined && now() < known.until && now() >= known.askedAt) return known.value;
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
};
