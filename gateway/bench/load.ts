import { readFileSync } from 'node:fs';
import { Pool } from 'undici';

export type Target = { readonly url: string; readonly pid: number; readonly token?: string | undefined };

export type Measured = {
  readonly requests: number;
  readonly seconds: number;
  /** Of the server's process, user and system. */
  readonly cpuUs: number;
  readonly latenciesMs: readonly number[];
};

const TICK_US = 10_000;

/** CPU time that a process has used, from Linux's /proc; 0 elsewhere. */
const cpuUs = (pid: number): number => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_US;
  } catch {
    return 0;
  }
};

const asking = (target: Target, connections: number) => {
  const pool = new Pool(target.url, { connections, pipelining: 1 });
  const headers = target.token === undefined ? {} : { authorization: `Bearer ${target.token}` };
  const latenciesMs: number[] = [];
  const ask = async (): Promise<void> => {
    const began = performance.now();
    const { statusCode, body } = await pool.request({ path: '/api/mocs/1', method: 'GET', headers });
    await body.dump();
    if (statusCode !== 200) throw new Error(`${target.url} answered ${statusCode}`);
    latenciesMs.push(performance.now() - began);
  };
  return { ask, latenciesMs, close: () => pool.destroy() };
};

const measured = async (
  target: Target,
  connections: number,
  drive: (ask: () => Promise<void>) => Promise<void>,
): Promise<Measured> => {
  const { ask, latenciesMs, close } = asking(target, connections);
  const cpuBefore = cpuUs(target.pid);
  const began = performance.now();
  await drive(ask);
  const seconds = (performance.now() - began) / 1_000;
  await close();
  return { requests: latenciesMs.length, seconds, cpuUs: cpuUs(target.pid) - cpuBefore, latenciesMs };
};

/** As fast as `connections` clients get answers. */
export const saturate = (target: Target, connections: number, ms: number): Promise<Measured> =>
  measured(target, connections, async (ask) => {
    const until = performance.now() + ms;
    const client = async (): Promise<void> => {
      while (performance.now() < until) await ask();
    };
    await Promise.all(Array.from({ length: connections }, client));
  });

/** `perSecond` requests a second whether or not earlier ones are answered: a slow answer delays nobody else. */
export const paced = (target: Target, perSecond: number, ms: number): Promise<Measured> =>
  measured(target, 64, async (ask) => {
    const began = performance.now();
    const asked: Promise<void>[] = [];
    while (performance.now() - began < ms) {
      const due = Math.floor(((performance.now() - began) / 1_000) * perSecond);
      while (asked.length < due) asked.push(ask());
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(asked);
  });
