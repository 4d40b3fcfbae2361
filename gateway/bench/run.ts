/**
 * What the door costs: the whole gateway beside bare proxies and beside no proxy at all, interleaved over rounds on one
 * machine. CPU per request bends least when the machine is busy; compare ratios within one run.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { paced, saturate, type Measured, type Target } from './load.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '8' }, seconds: { type: 'string', default: '2' } },
});
const ROUNDS = Number(values.rounds);
const ROUND_MS = Number(values.seconds) * 1_000;
const PACE = 500;
const CONNECTIONS = 32;

const children: ChildProcess[] = [];

const started = async (file: string, ...args: string[]): Promise<Target> => {
  const child = fork(`${import.meta.dirname}/${file}`, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push(child);
  const [{ port, token }] = (await once(child, 'message')) as [{ port: number; token?: string }];
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, token };
};

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
const median = (numbers: readonly number[]): number =>
  quantile(
    numbers.toSorted((one, other) => one - other),
    0.5,
  );

type Rounds = { readonly paced: Measured[]; readonly saturated: Measured[] };

const row = (name: string, { paced: at, saturated }: Rounds) => {
  const latency = (share: number) =>
    median(
      at.map(({ latenciesMs }) =>
        quantile(
          latenciesMs.toSorted((one, other) => one - other),
          share,
        ),
      ),
    );
  return {
    server: name,
    [`p50 ms at ${PACE}/s`]: latency(0.5).toFixed(2),
    p95: latency(0.95).toFixed(2),
    p99: latency(0.99).toFixed(2),
    'requests/s': Math.round(median(saturated.map(({ requests, seconds }) => requests / seconds))),
    'CPU µs/request': Math.round(median(saturated.map(({ cpuUs, requests }) => cpuUs / requests))),
  };
};

try {
  const upstream = await started('server.ts', 'upstream');
  const targets: Record<string, Target> = { direct: upstream };
  for (const kind of ['bare node:http + undici', 'bare express + undici'])
    targets[kind] = await started('server.ts', kind, upstream.url);
  targets['the gateway, everything on'] = await started('gateway.ts', upstream.url);

  const results = new Map<string, Rounds>(Object.keys(targets).map((name) => [name, { paced: [], saturated: [] }]));
  for (const target of Object.values(targets)) await saturate(target, CONNECTIONS, ROUND_MS);
  for (let round = 1; round <= ROUNDS; round += 1) {
    process.stderr.write(`round ${round} of ${ROUNDS}\r`);
    for (const [name, target] of Object.entries(targets)) {
      const rounds = results.get(name);
      rounds?.paced.push(await paced(target, PACE, ROUND_MS));
      rounds?.saturated.push(await saturate(target, CONNECTIONS, ROUND_MS));
    }
  }
  console.table([...results].map(([name, rounds]) => row(name, rounds)));
} finally {
  for (const child of children) child.kill();
}
