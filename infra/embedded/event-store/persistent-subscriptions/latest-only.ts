/**
 * Writes one value after the other and, when several came in meanwhile, only the latest. A failed write is given up:
 * the next value carries its meaning.
 */
export const latestOnly = <Value>(write: (value: Value) => Promise<void>): ((value: Value) => void) => {
  let next: { readonly value: Value } | undefined;
  let writing = false;

  const drain = async (): Promise<void> => {
    writing = true;
    while (next !== undefined) {
      const { value } = next;
      next = undefined;
      await write(value).catch(() => undefined);
    }
    writing = false;
  };

  return (value) => {
    next = { value };
    if (!writing) void drain();
  };
};
