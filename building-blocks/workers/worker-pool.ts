import { WorkersUnavailable } from './unavailable.ts';
import {
  startWorkerProcess,
  type Task,
  type TaskLimits,
  type WorkerOptions,
  type WorkerProcess,
} from './worker-process.ts';
import { workSlots } from './work-slots.ts';

export type TaskRequest = TaskLimits & {
  /** Owners are served in turn. */
  readonly owner: string;
};

/** A bounded number of worker processes. */
export interface WorkerPool<Request, Reply> {
  /**
   * Begins a task in the next free process; to be disposed of. Throws `WorkersUnavailable` when too many tasks wait, or
   * no process can be started.
   */
  begin(request: TaskRequest): Promise<Task<Request, Reply>>;
}

export type PoolOptions<Request, Reply> = {
  /** Processes at once. */
  readonly workersMax: number;
  /** Tasks that may wait for a process. */
  readonly waitingMax: number;
  /** An idle process ends after this long. Half a minute if not given. */
  readonly idleMs?: number | undefined;
  readonly start: () => Promise<WorkerProcess<Request, Reply>>;
};

/** Starts processes that run `module`, for `workerPool`. */
export const startWorkers =
  <Request, Reply>(options: WorkerOptions) =>
  (): Promise<WorkerProcess<Request, Reply>> =>
    startWorkerProcess<Request, Reply>(options);

/** The processes without a task; each ends after a while. */
const idleProcesses = <Request, Reply>(idleMs: number) => {
  const timers = new Map<WorkerProcess<Request, Reply>, NodeJS.Timeout>();
  return {
    take: (): WorkerProcess<Request, Reply> | undefined => {
      for (const [worker, timer] of timers) {
        clearTimeout(timer);
        timers.delete(worker);
        if (worker.isAlive()) return worker;
      }
      return undefined;
    },
    keep: (worker: WorkerProcess<Request, Reply>): void => {
      if (!worker.isAlive()) return;
      const end = (): void => {
        timers.delete(worker);
        worker.stop();
      };
      timers.set(worker, setTimeout(end, idleMs).unref());
    },
  };
};

/**
 * Runs tasks in a bounded pool of worker processes, so that a task that takes long, needs much memory or crashes delays
 * no other work of the service. Processes start when they are needed, are replaced when they die, and end by themselves.
 */
export const workerPool = <Request, Reply>({
  workersMax,
  waitingMax,
  idleMs = 30_000,
  start,
}: PoolOptions<Request, Reply>): WorkerPool<Request, Reply> => {
  const idle = idleProcesses<Request, Reply>(idleMs);
  const slots = workSlots({ slotsMax: workersMax, waitingMax });

  const nextWorker = async (): Promise<WorkerProcess<Request, Reply>> => {
    const worker = idle.take();
    if (worker !== undefined) return worker;
    return await start().catch((error: unknown) => {
      throw error instanceof WorkersUnavailable ? error : new WorkersUnavailable('No worker process starts', error);
    });
  };

  return {
    begin: async ({ owner, ...limits }) => {
      const release = await slots.acquire(owner);
      try {
        const worker = await nextWorker();
        const task = worker.begin(limits);
        return {
          send: (request) => task.send(request),
          receive: () => task.receive(),
          complete: () => task.complete(),
          [Symbol.dispose]: () => {
            task[Symbol.dispose]();
            idle.keep(worker);
            release();
          },
        };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
};
