import { parentPort, workerData } from 'node:worker_threads';

/** Limits of a process; it is killed when it exceeds them. */
export type WatchdogLimits = {
  /** Memory of the process, in bytes. */
  readonly rssMax: number;
  /** CPU time of one task, in milliseconds. Unlike time on the clock it does not depend on how busy the machine is. */
  readonly cpuMsMax: number;
};

const CHECK_MS = 20;

const { rssMax, cpuMsMax } = workerData as WatchdogLimits;
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
let startedAt: number | undefined;

parentPort?.on('message', (message: 'start' | 'end') => {
  startedAt = message === 'start' ? cpuMs() : undefined;
});

setInterval(() => {
  const isLate = startedAt !== undefined && cpuMs() - startedAt > cpuMsMax;
  if (isLate || process.memoryUsage.rss() > rssMax) process.kill(process.pid, 'SIGKILL');
}, CHECK_MS);
