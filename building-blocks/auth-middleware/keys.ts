import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JSONWebKeySet,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose';

/** A private key and the name under which its public half is published. */
export type SigningKey = { readonly kid: string; readonly privateKey: CryptoKey };

/** An Ed25519 pair as JWKs, both named `kid`. */
export const newKeyPair = async (kid: string): Promise<{ readonly privateJwk: JWK; readonly publicJwk: JWK }> => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const named = { kid, alg: 'EdDSA', use: 'sig' };
  return {
    privateJwk: { ...(await exportJWK(privateKey)), ...named },
    publicJwk: { ...(await exportJWK(publicKey)), ...named },
  };
};

/** The signing key within a private JWK. Throws when it is no named Ed25519 key. */
export const signingKey = async (jwk: JWK): Promise<SigningKey> => {
  const { kid } = jwk;
  if (kid === undefined || jwk.crv !== 'Ed25519') throw new Error('A signing key is an Ed25519 JWK with a kid');
  const key = await importJWK(jwk, 'EdDSA');
  if (key instanceof Uint8Array) throw new Error('A signing key is not symmetric');
  return { kid, privateKey: key };
};

/** A service's own private key, from the file `SERVICE_KEY_PATH`. */
export const readSigningKey = async (path: string): Promise<SigningKey> =>
  signingKey(JSON.parse(await readFile(path, 'utf8')) as JWK);

/** Public keys from a file. Read when first needed, and again when a key is asked for that was not there before. */
export const keysFromFile = (path: string): JWTVerifyGetKey => {
  let keys: JWTVerifyGetKey | undefined;
  const read = async (): Promise<JWTVerifyGetKey> =>
    createLocalJWKSet(JSON.parse(await readFile(path, 'utf8')) as JSONWebKeySet);
  return async (header, token) => {
    if (keys !== undefined) {
      try {
        return await keys(header, token);
      } catch {
        // A service may have joined, or renewed its key, since the file was read.
      }
    }
    keys = await read();
    return keys(header, token);
  };
};

/** Public keys given as a value. */
export const fixedKeys = (jwks: JSONWebKeySet): JWTVerifyGetKey => createLocalJWKSet(jwks);

const RELOAD_AFTER_MS = 300_000;

/**
 * Public keys published at `url`. An unknown key id asks the publisher again, at most every `cooldownMs`; known keys go
 * on working while the publisher is down, and are looked up afresh in the background every five minutes.
 */
export const keysFromUrl = (url: string, { cooldownMs = 30_000, timeoutMs = 5_000 } = {}): JWTVerifyGetKey => {
  const remote = createRemoteJWKSet(new URL(url), {
    cooldownDuration: cooldownMs,
    timeoutDuration: timeoutMs,
    cacheMaxAge: Infinity,
  });
  let loadedAt = Date.now();
  return async (header, token) => {
    if (Date.now() - loadedAt > RELOAD_AFTER_MS) {
      loadedAt = Date.now();
      void remote.reload().catch(() => undefined);
    }
    return remote(header, token);
  };
};

const exists = async (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );

const writeWhole = async (path: string, content: string): Promise<void> => {
  await writeFile(`${path}.new`, content, { mode: 0o600 });
  await rename(`${path}.new`, path);
};

/**
 * Makes sure that each service has a key pair in `folder`: `<service>.jwk.json` (private) and `services.jwks.json` (all
 * public ones). Existing keys stay. The key id of a service is its name: that is what its signatures are held against.
 */
export const ensureServiceKeys = async (folder: string, services: readonly string[]): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const publicKeys: JWK[] = [];
  for (const service of services) {
    const path = join(folder, `${service}.jwk.json`);
    if (!(await exists(path))) {
      const { privateJwk } = await newKeyPair(service);
      await writeWhole(path, JSON.stringify(privateJwk));
    }
    const { d, ...publicJwk } = JSON.parse(await readFile(path, 'utf8')) as JWK;
    publicKeys.push(publicJwk);
  }
  await writeWhole(join(folder, 'services.jwks.json'), JSON.stringify({ keys: publicKeys }));
};
