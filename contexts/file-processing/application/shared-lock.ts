/** A lock within this process: any number of shared holders, or one exclusive holder. */
export type SharedLock = {
  /** Runs `work` beside other shared work, once no exclusive work is queued or running. */
  readonly shared: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Runs `work` alone: after what is running, before what comes later. */
  readonly exclusive: <Result>(work: () => Promise<Result>) => Promise<Result>;
};

const settled = (promise: Promise<unknown>): Promise<void> =>
  promise.then(
    () => undefined,
    () => undefined,
  );

export const createSharedLock = (): SharedLock => {
  const running = new Set<Promise<void>>();
  let lastExclusive: Promise<void> = Promise.resolve();

  const run = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = work();
    const end = settled(result);
    running.add(end);
    await end;
    running.delete(end);
    return result;
  };

  return {
    shared: async (work) => {
      let awaited: Promise<void> | undefined;
      while (awaited !== lastExclusive) {
        awaited = lastExclusive;
        await awaited;
      }
      return run(work);
    },
    exclusive: (work) => {
      const result = lastExclusive.then(async () => {
        await Promise.all(running);
        return work();
      });
      lastExclusive = settled(result);
      return result;
    },
  };
};
