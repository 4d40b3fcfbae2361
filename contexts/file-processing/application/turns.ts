/** Who may work at the same time in this process. */
export type Turns = {
  /** Beside others, as soon as nobody wants to be alone. */
  readonly together: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** When all others have finished, and before any other begins. */
  readonly alone: <Result>(work: () => Promise<Result>) => Promise<Result>;
};

export const turns = (): Turns => {
  const running = new Set<Promise<unknown>>();
  let gate: Promise<unknown> = Promise.resolve();

  const noted = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = work();
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    running.add(settled);
    await settled;
    running.delete(settled);
    return result;
  };

  return {
    together: async (work) => {
      for (let shut: Promise<unknown> | undefined; shut !== gate; await shut) shut = gate;
      return noted(work);
    },
    alone: (work) => {
      const before = gate;
      const result = before.then(async () => {
        await Promise.all(running);
        return work();
      });
      gate = result.then(
        () => undefined,
        () => undefined,
      );
      return result;
    },
  };
};
