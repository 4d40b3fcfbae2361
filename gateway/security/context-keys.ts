import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JSONWebKeySet, JWK } from 'jose';
import { newKeyPair, signingKey, type SigningKey } from '@lego-moc/auth-middleware/keys';
import { newId } from '@lego-moc/application/new-id';
import type { Logger } from '@lego-moc/logger/logger';

/**
 * The keys that user contexts are signed with. The next one is published before it signs, the previous one until its
 * last signature has expired: services never meet a signature that they cannot verify.
 */
export interface ContextKeys {
  /** The key that signs now. */
  current(): SigningKey;
  /** The public halves of all three. */
  publicKeys(): JSONWebKeySet;
  /** Rotates: the next key signs from now on, and a new next one is made. */
  rotate(): Promise<void>;
  stop(): void;
}

type Ring = { readonly current: JWK; readonly next: JWK; readonly previous?: JWK; readonly since: number };

export type ContextKeysOptions = {
  /** File of the keys, so that a restart or a second instance signs with the same ones; in memory when not given. */
  readonly path: string | undefined;
  readonly rotateEveryMs: number;
  /** How often to check whether a rotation is due, or was done by another instance: well before the next one. */
  readonly checkEveryMs?: number;
  readonly logger: Logger;
};

const CHECK_EVERY_MS = 10_000;

const freshKey = async (): Promise<JWK> => (await newKeyPair(`gateway.${newId()}`)).privateJwk;
const freshRing = async (): Promise<Ring> => ({ current: await freshKey(), next: await freshKey(), since: Date.now() });

const publicHalf = (jwk: JWK): JWK => {
  const half = { ...jwk };
  delete half.d;
  return half;
};

const readRing = async (path: string): Promise<Ring | undefined> => {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Ring;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const writeTemporary = async (path: string, ring: Ring): Promise<string> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${newId()}`;
  await writeFile(fresh, JSON.stringify(ring), { mode: 0o600 });
  return fresh;
};

/** Creates a file unless it exists. */
const createOnce = async (path: string, ring: Ring): Promise<void> => {
  const fresh = await writeTemporary(path, ring);
  await link(fresh, path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await rm(fresh);
};

/** The keys in the file, created the first time. Of several instances that start at once, one creates it. */
const openRing = async (path: string): Promise<Ring> => {
  const before = await readRing(path);
  if (before !== undefined) return before;
  await createOnce(path, await freshRing());
  return openRing(path);
};

const nextRing = async ({ current, next }: Ring): Promise<Ring> => ({
  current: next,
  next: await freshKey(),
  previous: current,
  since: Date.now(),
});

/**
 * Rotates the keys in the file. The successor of a key ring lies beside it until the next rotation: instances that
 * rotate at once find the same one there, and a rotation that died half-way has left it for the others.
 */
const rotateInFile = async (path: string, ring: Ring): Promise<Ring> => {
  const after = (kid: string | undefined): string => `${path}.after.${String(kid)}`;
  await createOnce(after(ring.next.kid), await nextRing(ring));
  const rotatedRing = await readRing(after(ring.next.kid));
  // Another rotation has happened since.
  if (rotatedRing === undefined) return openRing(path);
  await rename(await writeTemporary(path, rotatedRing), path);
  await rm(after(ring.current.kid), { force: true });
  return rotatedRing;
};

/** Opens the keys, creating them the first time, and keeps rotating them. */
export const contextKeys = async (options: ContextKeysOptions): Promise<ContextKeys> => {
  const { path, rotateEveryMs, checkEveryMs = Math.min(CHECK_EVERY_MS, rotateEveryMs / 4), logger } = options;
  let ring = path === undefined ? await freshRing() : await openRing(path);
  let current = signingKey(ring.current);

  const adopt = (rotatedRing: Ring): void => {
    current = signingKey(rotatedRing.current);
    ring = rotatedRing;
  };

  const rotate = async (): Promise<void> => {
    adopt(await (path === undefined ? nextRing(ring) : rotateInFile(path, ring)));
    logger.info('User context keys rotated', { signing: current.kid });
  };

  /** Another instance may have rotated the keys in the file. */
  const adoptRotation = async (): Promise<void> => {
    const fileRing = path === undefined ? undefined : await readRing(path);
    if (fileRing !== undefined && fileRing.next.kid !== ring.next.kid) adopt(fileRing);
  };

  const check = async (): Promise<void> => {
    await adoptRotation();
    if (Date.now() - ring.since >= rotateEveryMs) await rotate();
  };

  const timer = setInterval(() => {
    check().catch((error: unknown) => logger.error('User context keys could not be checked', { error }));
  }, checkEveryMs);
  timer.unref();

  return {
    current: () => current,
    publicKeys: () => ({
      keys: [ring.current, ring.next, ...(ring.previous === undefined ? [] : [ring.previous])].map(publicHalf),
    }),
    rotate,
    stop: () => clearInterval(timer),
  };
};
