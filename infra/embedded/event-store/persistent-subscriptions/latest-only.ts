/**
 * Writes one value after the other and, when several came in meanwhile, only the latest. A failed write is given up:
 * the next value carries its meaning.
 */
export const latestOnly = <Value>(write: (value: Value) => Promise<void>): ((value: Value) => void) => {
  let next: { readonly value: Value } | undefined;
  let isWriting = false;

  const drain = async (): Promise<void> => {
    isWriting = true;
    while (next !== undefined) {
      const { value } = next;
      next = undefined;
      await write(value).catch(() => undefined);
    }
    isWriting = false;
  };

  return (value) => {
    next = { value };
    if (!isWriting) void drain();
  };
};
