/** A lock within this process: any number of shared holders, or one exclusive holder. */
export type SharedLock = {
  /** Runs `work` beside other shared work, once no exclusive work is queued or running. */
  readonly runShared: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Runs `work` alone: after what is running, before what comes later. */
  readonly runExclusive: <Result>(work: () => Promise<Result>) => Promise<Result>;
};

const whenSettled = (promise: Promise<unknown>): Promise<void> =>
  promise.then(
    () => undefined,
    () => undefined,
  );

export const createSharedLock = (): SharedLock => {
  const running = new Set<Promise<void>>();
  let lastExclusive: Promise<void> = Promise.resolve();

  const run = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = work();
    const end = whenSettled(result);
    running.add(end);
    await end;
    running.delete(end);
    return result;
  };

  return {
    runShared: async (work) => {
      let previous: Promise<void> | undefined;
      while (previous !== lastExclusive) {
        previous = lastExclusive;
        await previous;
      }
      return run(work);
    },
    runExclusive: (work) => {
      const result = lastExclusive.then(async () => {
        await Promise.all(running);
        return work();
      });
      lastExclusive = whenSettled(result);
      return result;
    },
  };
};
