import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { issueToken } from '@lego-moc/embedded-identity/issue-token';

export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

const PAUSE_MS = 50;

/** Sends requests to a platform as a builder. */
export const askAs = async ({ url, dataDir }: { url: string; dataDir: string }, name: string): Promise<Ask> => {
  const authorization = `Bearer ${await issueToken(dataDir, { name, roles: [] })}`;
  return (path, init = {}) =>
    fetch(url + path, { ...init, headers: { authorization, ...(init.headers as Record<string, string>) } });
};

export const p95 = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;

export const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const since = performance.now();
  await work();
  return (performance.now() - since) / 1_000;
};

/** Adds wishes and lists MOCs until the work is done; returns the milliseconds that each request took. */
export const useUntil = async (ask: Ask, work: Promise<unknown>): Promise<readonly number[]> => {
  const state = { isOver: false };
  const end = (): void => void (state.isOver = true);
  work.then(end, end);
  const times: number[] = [];
  for (let at = 0; !state.isOver; at += 1) {
    const body = JSON.stringify({ title: `Crane ${randomUUID()}` });
    const headers = { 'content-type': 'application/json' };
    const since = performance.now();
    const reply = await (at % 2 === 0 ? ask('/api/wishlist', { method: 'POST', headers, body }) : ask('/api/mocs'));
    await reply.arrayBuffer();
    if (!reply.ok) throw new Error(`The user was answered ${reply.status}`);
    times.push(performance.now() - since);
    await sleep(PAUSE_MS);
  }
  await work;
  return times;
};

export const verdict = (isMet: boolean): string => (isMet ? 'met' : 'MISSED');
