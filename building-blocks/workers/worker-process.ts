import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInbox, type Inbox } from './inbox.ts';
import { WorkersUnavailable } from './unavailable.ts';

/** The process ended before its task did: killed, crashed, beyond a limit, or stopped for the reason given. */
export class WorkerLost extends Error {
  readonly reason: 'ended' | 'deadline' | 'cancelled';

  constructor(reason: WorkerLost['reason']) {
    super({ ended: 'The worker process ended', deadline: 'The task took too long', cancelled: 'Cancelled' }[reason]);
    this.name = 'WorkerLost';
    this.reason = reason;
  }
}

export type TaskLimits = {
  /** The process is stopped when its task takes longer. */
  readonly deadlineMs: number;
  /** The process is stopped when this is aborted. */
  readonly signal?: AbortSignal | undefined;
};

/** One task of a worker process, as an exchange of messages. A process whose task is disposed of midway is stopped. */
export interface Task<Request, Reply> extends Disposable {
  send(request: Request): void;
  /** Throws `WorkerLost` when the process ends first. */
  receive(): Promise<Reply>;
  /** The exchange is over, and the process may take another task. */
  complete(): void;
}

/** A process that handles one task at a time. */
export interface WorkerProcess<Request, Reply> {
  /** False once the process has ended; it takes no task then. */
  isAlive(): boolean;
  begin(limits: TaskLimits): Task<Request, Reply>;
  stop(): void;
}

export type WorkerOptions = {
  /** The module that the process runs; it calls `serveTasks`. */
  readonly module: URL;
  /** The heap of the process. 256 if not given. */
  readonly heapMbMax?: number;
};

/** A process that reads what strangers send gets none of the service's settings. */
const environment = (): NodeJS.ProcessEnv => {
  const { SystemRoot } = process.env;
  return SystemRoot === undefined ? {} : { SystemRoot };
};

/** An idle worker does not keep its service running; it ends with it. */
const setReferenced = (child: ChildProcess, isReferenced: boolean): void => {
  if (isReferenced) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
};

const beginTask = <Request, Reply>(
  child: ChildProcess,
  inbox: Inbox<Reply>,
  { deadlineMs, signal }: TaskLimits,
): Task<Request, Reply> => {
  let isComplete = false;
  const stopFor = (reason: WorkerLost['reason']): void => {
    inbox.close(new WorkerLost(reason));
    child.kill('SIGKILL');
  };
  const cancel = (): void => stopFor('cancelled');
  const deadline = setTimeout(() => stopFor('deadline'), deadlineMs);
  signal?.addEventListener('abort', cancel);
  setReferenced(child, true);
  if (signal?.aborted === true) cancel();
  return {
    // A message that does not arrive is noticed by the end of the process.
    send: (request) => {
      if (child.connected) child.send(request as object, () => undefined);
    },
    receive: () => inbox.next(),
    complete: () => {
      isComplete = true;
    },
    [Symbol.dispose]: () => {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', cancel);
      setReferenced(child, false);
      if (!isComplete) stopFor('cancelled');
    },
  };
};

/** Starts a worker process. Throws `WorkersUnavailable` when it does not come up. */
export const startWorkerProcess = async <Request, Reply>({
  module,
  heapMbMax = 256,
}: WorkerOptions): Promise<WorkerProcess<Request, Reply>> => {
  const child = fork(module, {
    serialization: 'advanced',
    env: environment(),
    execArgv: [`--max-old-space-size=${heapMbMax}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const exit = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const isReady = await Promise.race([once(child, 'message').then(() => true), exit.then(() => false)]);
  if (!isReady) throw new WorkersUnavailable('The worker process did not start');
  const inbox = createInbox<Reply>();
  let isStopped = false;
  child.on('message', (message) => inbox.add(message as Reply));
  void exit.then(() => inbox.close(new WorkerLost('ended')));
  setReferenced(child, false);

  return {
    isAlive: () => child.connected && !child.killed && !isStopped,
    stop: () => {
      isStopped = true;
      child.kill('SIGKILL');
    },
    begin: (limits) => beginTask(child, inbox, limits),
  };
};
