/** An operator ended a rebuild or a verification; nothing has changed. */
export class JobCancelled extends Error {
  constructor() {
    super('An operator cancelled it');
    this.name = 'JobCancelled';
  }
}

type Job<Progress> = (onProgress: (progress: Progress) => void) => Promise<Progress>;

/**
 * Makes jobs end with `JobCancelled` at their next step, which they report as progress, after `cancel`. Once readers see
 * the outcome, a job is done and cannot be cancelled.
 */
export const createCancellation = () => {
  const running = new Set<AbortController>();
  return {
    cancellable:
      <Progress extends { readonly phase: string }>(job: Job<Progress>) =>
      async (onProgress: (progress: Progress) => void = () => undefined): Promise<Progress> => {
        const controller = new AbortController();
        running.add(controller);
        try {
          return await job((progress) => {
            if (progress.phase !== 'done') controller.signal.throwIfAborted();
            onProgress(progress);
          });
        } finally {
          running.delete(controller);
        }
      },
    /** Returns whether there was anything to cancel. */
    cancel: (): boolean => {
      for (const controller of running) controller.abort(new JobCancelled());
      return running.size > 0;
    },
  };
};
