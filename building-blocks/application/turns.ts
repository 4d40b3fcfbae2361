/** Runs work on one key after the other, on different keys at the same time. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** A queue for each key, within this process. Work goes on after work that failed. */
export const turns = (): InTurn & { readonly isBusy: (key: string) => boolean } => {
  const last = new Map<string, Promise<unknown>>();
  const inTurn: InTurn = async (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const ownTurn = before.then(work, work);
    last.set(key, ownTurn);
    try {
      return await ownTurn;
    } finally {
      if (last.get(key) === ownTurn) last.delete(key);
    }
  };
  return Object.assign(inTurn, { isBusy: (key: string) => last.has(key) });
};
