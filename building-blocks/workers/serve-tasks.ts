import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { createInbox } from './inbox.ts';
import type { WatchdogLimits } from './watchdog.ts';

/** Requests come before the work of workers. */
export const PRIORITY = 10;

/** The worker's end of a task. */
export interface TaskExchange<Request, Reply> {
  send(reply: Reply): void;
  receive(): Promise<Request>;
}

/**
 * Makes this process a worker: tasks are handled one after another, each begun by a message, with low priority. The
 * process kills itself beyond `limits`, and ends with its service.
 */
export const serveTasks = <Request, Reply>(
  limits: WatchdogLimits,
  handle: (first: Request, exchange: TaskExchange<Request, Reply>) => Promise<void>,
): void => {
  // In a thread of its own, since a task may block this one.
  const watchdog = new Worker(new URL('./watchdog.ts', import.meta.url), { workerData: limits });
  const inbox = createInbox<Request>();
  const exchange: TaskExchange<Request, Reply> = {
    send: (reply) => void process.send?.(reply),
    receive: () => inbox.next(),
  };
  const serve = async (): Promise<never> => {
    for (;;) {
      const first = await inbox.next();
      watchdog.postMessage('start');
      await handle(first, exchange);
      watchdog.postMessage('end');
    }
  };
  setPriority(PRIORITY);
  process.on('message', (message) => inbox.add(message as Request));
  process.on('disconnect', () => process.exit());
  void serve();
  process.send?.('ready');
};
