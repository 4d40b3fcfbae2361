type QueueOptions<Job> = {
  readonly concurrency: number;
  /** How many may wait besides. */
  readonly waitingMax: number;
  /** Never rejects. */
  readonly run: (job: Job) => Promise<void>;
};

/** Runs jobs one after the other, several at a time. Returns what adds one, or says that there are too many. */
export const boundedQueue = <Job>({ concurrency, waitingMax, run }: QueueOptions<Job>): ((job: Job) => boolean) => {
  const queue: Job[] = [];
  let active = 0;

  const runAll = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await run(job);
    active -= 1;
  };

  return (job) => {
    if (queue.length >= waitingMax) return false;
    queue.push(job);
    if (active < concurrency) {
      active += 1;
      void runAll();
    }
    return true;
  };
};
