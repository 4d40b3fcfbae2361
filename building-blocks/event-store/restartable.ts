/** Work that can be stopped and started again. */
export type Restartable = {
  /** Does nothing while the work runs, or has not ended yet. */
  readonly start: () => void;
  /** Resolves when the work has ended. */
  readonly stop: () => Promise<void>;
};

/** `work` ends soon after its signal aborts. */
export const restartable = (work: (stopSignal: AbortSignal) => Promise<void>): Restartable => {
  let current: { readonly controller: AbortController; readonly end: Promise<void> } | undefined;
  return {
    start: () => {
      if (current !== undefined) return;
      const controller = new AbortController();
      current = { controller, end: work(controller.signal) };
    },
    stop: async () => {
      const stopping = current;
      stopping?.controller.abort();
      await stopping?.end;
      if (current === stopping) current = undefined;
    },
  };
};
