import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from './abuses.ts';

export type Experience = { readonly latenciesMs: readonly number[]; readonly errors: readonly string[] };

type Visit = { readonly method: string; readonly path: string; readonly body?: () => object };

/** The requests of a well-behaved user, in turn. */
const VISITS: readonly Visit[] = [
  { method: 'GET', path: '/api/mocs' },
  { method: 'GET', path: '/api/wishlist' },
  { method: 'GET', path: '/api/search?q=crane' },
  { method: 'GET', path: '/api/users/me' },
  { method: 'POST', path: '/api/wishlist', body: () => ({ title: `Crane ${randomUUID()}` }) },
  { method: 'GET', path: '/api/catalogue/parts/3001' },
];

/** Pause between requests: about ten a second, half of the quota for reads. */
const PAUSE_MS = 100;

/**
 * Uses the platform, one request after the other, until `until` is settled and at least `visitsMin` requests were made.
 */
export const useQuietly = async (
  { url, headers }: Target,
  until: Promise<unknown>,
  visitsMin: number,
): Promise<Experience> => {
  const latenciesMs: number[] = [];
  const errors: string[] = [];
  const state = { isOver: false };
  const end = (): void => {
    state.isOver = true;
  };
  until.then(end, end);

  for (let at = 0; !state.isOver || at < visitsMin; at += 1) {
    const { method, path, body } = VISITS[at % VISITS.length]!;
    const startedAt = performance.now();
    const reply = await fetch(url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body()) }),
    });
    const text = await reply.text();
    latenciesMs.push(performance.now() - startedAt);
    if (!reply.ok) errors.push(`${method} ${path}: ${reply.status} ${text.slice(0, 200)}`);
    await sleep(PAUSE_MS);
  }
  return { latenciesMs, errors };
};

/** The 95th percentile. */
export const p95 = (latenciesMs: readonly number[]): number =>
  latenciesMs.toSorted((a, b) => a - b)[Math.floor(latenciesMs.length * 0.95)] ?? Number.NaN;
