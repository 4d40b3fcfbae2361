import { readFile } from 'node:fs/promises';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** No signature can be verified at the moment: an outage, not a forgery. */
export class KeysUnavailable extends Error {
  constructor(place: string, cause: unknown) {
    super(`The public keys of ${place} cannot be had`, { cause });
    this.name = 'KeysUnavailable';
  }
}

export type PublicKeys = JWTVerifyGetKey;

/** Public keys given as a value. */
export const fixedKeys = (jwks: JSONWebKeySet): PublicKeys => createLocalJWKSet(jwks);

type Options = {
  /** How often an unknown key id, or a failure, may cause a fetch. */
  readonly cooldownMs: number;
  /** Age at which known keys are fetched afresh, in the background. */
  readonly refreshMs: number;
};

/**
 * The keys of the last fetch. An unknown key id causes a fetch, at most every `cooldownMs`; known keys keep working
 * while none succeeds. Time is measured by the monotonic clock: a clock set back must not freeze the keys.
 */
const cachedKeys = (
  place: string,
  load: () => Promise<JSONWebKeySet>,
  { cooldownMs, refreshMs }: Options,
): PublicKeys => {
  let keys: PublicKeys | undefined;
  let triedAt = -Infinity;
  let loading: Promise<void> | undefined;
  let failure: unknown;

  const reload = (): Promise<void> => {
    triedAt = performance.now();
    loading ??= load()
      .then((jwks) => {
        keys = createLocalJWKSet(jwks);
        failure = undefined;
      })
      .catch((error: unknown) => {
        failure = error;
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  };
  const olderThan = (ms: number): boolean => performance.now() - triedAt >= ms;

  const firstKeys = async (): Promise<PublicKeys> => {
    if (loading !== undefined || olderThan(Math.min(cooldownMs, FIRST_COOLDOWN_MS))) await reload();
    if (keys === undefined) throw new KeysUnavailable(place, failure);
    return keys;
  };

  return async (header, token) => {
    const currentKeys = keys ?? (await firstKeys());
    if (olderThan(refreshMs)) void reload();
    try {
      return await currentKeys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // Concurrent callers wait for the fetch in flight: after a rotation they all come at once.
      if (loading === undefined && !olderThan(cooldownMs)) throw error;
      await (loading ?? reload());
      return (keys ?? currentKeys)(header, token);
    }
  };
};

/** While no keys are known, an early retry costs less than refusing every request. */
const FIRST_COOLDOWN_MS = 500;
const REFRESH_MS = 300_000;
const TIMEOUT_MS = 5_000;

const fetchKeys = async (url: string): Promise<JSONWebKeySet> => {
  const reply = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}`);
  return (await reply.json()) as JSONWebKeySet;
};

/** Public keys published at `url`. Throws `KeysUnavailable` until they were fetched once. */
export const keysFromUrl = (url: string, options: Partial<Options> = {}): PublicKeys =>
  cachedKeys(url, () => fetchKeys(url), { cooldownMs: 30_000, refreshMs: REFRESH_MS, ...options });

/** Public keys in a file (a JWKS). Throws `KeysUnavailable` until it was read once. */
export const keysFromFile = (path: string, options: Partial<Options> = {}): PublicKeys =>
  cachedKeys(path, async () => JSON.parse(await readFile(path, 'utf8')) as JSONWebKeySet, {
    cooldownMs: 1_000,
    refreshMs: REFRESH_MS,
    ...options,
  });
