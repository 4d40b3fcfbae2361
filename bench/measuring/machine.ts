import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** CPU time as Linux counts it; on other systems every figure is 0. */
const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the process has ended meanwhile
  }
};

const list = (path: string): readonly string[] => {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
};

/** CPU microseconds that a process has used, all threads, to the nanosecond where the kernel tells. */
const ownCpuUs = (pid: number): number =>
  list(`/proc/${pid}/task`).reduce(
    (sum, thread) => sum + Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0] ?? 0) / 1_000,
    0,
  );

/** Process `pid` and all its descendants. */
const familyOf = (pid: number): readonly number[] => {
  const children = list(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(familyOf)];
};

const TICK_US = 10_000;

/** CPU microseconds of children that have ended, such as a database's connections, to the tick. */
const endedCpuUs = (pid: number): number => {
  const [userTicks = 0, systemTicks = 0] = (read(`/proc/${pid}/stat`).split(') ').at(-1) ?? '')
    .split(' ')
    .slice(13, 15)
    .map(Number);
  return (userTicks + systemTicks) * TICK_US;
};

/** CPU microseconds of a process and its descendants, including those that have ended. */
export const familyCpuUs = (pid: number): number =>
  familyOf(pid).reduce((sum, member) => sum + ownCpuUs(member) + endedCpuUs(member), 0);

export type Reading = {
  readonly atMs: number;
  readonly busyUs: number;
  readonly stealUs: number;
  readonly ownUs: number;
};

/** CPU time of the machine so far: all processes, steal by the host, and this process with its descendants. */
export const readMachine = (): Reading => {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (
    read('/proc/stat').split('\n', 1)[0] ?? ''
  )
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return {
    atMs: performance.now(),
    busyUs: (user + nice + system + irq + softirq) * TICK_US,
    stealUs: steal * TICK_US,
    ownUs: familyCpuUs(process.pid),
  };
};

export type Disturbance = { readonly steal: number; readonly others: number };

/** The share of the machine's time that its host stole, and the share of other programs. */
export const disturbance = (before: Reading, after: Reading): Disturbance => {
  const wholeUs = (after.atMs - before.atMs) * 1_000 * cpus().length;
  const othersUs = after.busyUs - before.busyUs - (after.ownUs - before.ownUs);
  return { steal: (after.stealUs - before.stealUs) / wholeUs, others: Math.max(0, othersUs) / wholeUs };
};
