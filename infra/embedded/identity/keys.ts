import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';

/** The data directory of all embedded components. */
export const dataDir = (env: NodeJS.ProcessEnv = process.env): string =>
  resolve(env['LEGO_MOC_DATA_DIR'] ?? join(import.meta.dirname, '../../../.data'));

export const ALGORITHMS = ['EdDSA', 'ES256', 'RS256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const;

const newKey = async (alg: Algorithm): Promise<JWK> => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: `${alg}-${randomUUID().slice(0, 8)}`, alg, use: 'sig' };
};

const read = async (path: string): Promise<JSONWebKeySet | undefined> => {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as JSONWebKeySet;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/**
 * The issuer's private keys, made the first time. The command line and the server may start at once: one of them makes
 * the keys.
 */
export const ensureKeys = async (dir: string): Promise<JSONWebKeySet> => {
  const folder = join(dir, 'identity');
  const path = join(folder, 'keys.json');
  const before = await read(path);
  if (before !== undefined) return before;

  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fresh = join(folder, `keys.${randomUUID()}.new`);
  await writeFile(fresh, JSON.stringify({ keys: await Promise.all(ALGORITHMS.map(newKey)) }), { mode: 0o600 });
  await link(fresh, path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await rm(fresh);
  return ensureKeys(dir);
};

/** The public part of the keys. */
export const publicPart = ({ keys }: JSONWebKeySet): JSONWebKeySet => ({
  keys: keys.map(
    (key) =>
      Object.fromEntries(
        Object.entries(key).filter(([name]) => !PRIVATE_MEMBERS.some((member) => member === name)),
      ) as JWK,
  ),
});
