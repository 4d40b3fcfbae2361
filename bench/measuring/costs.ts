import { familyCpuUs } from './machine.ts';

type Processes = ReadonlyMap<string, { readonly pid: () => number | undefined }>;

/** CPU microseconds of every process of a platform, and of this one, by name. */
export type Costs = ReadonlyMap<string, number>;

/** CPU time so far. That of a process begins anew when it is started again. */
export const costsOf = (processes: Processes): Costs =>
  new Map([
    ...[...processes].map(([name, child]) => [name, familyCpuUs(child.pid() ?? 0)] as const),
    ['this load', process.cpuUsage().user + process.cpuUsage().system],
  ]);

/** CPU microseconds per unit of work between two readings, the most expensive process first, as text. */
export const costsPerUnit = (before: Costs, after: Costs, count: number): string => {
  const costs = [...after]
    .map(([name, cpuUs]) => [name, Math.max(0, cpuUs - (before.get(name) ?? 0)) / count] as const)
    .filter(([, costUs]) => costUs >= 1)
    .toSorted(([, some], [, other]) => other - some);
  const sum = costs.reduce((total, [, costUs]) => total + costUs, 0);
  return `${sum.toFixed(0)}: ${costs.map(([name, costUs]) => `${name} ${costUs.toFixed(0)}`).join(', ')}`;
};
