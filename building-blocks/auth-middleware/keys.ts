import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** A private key and the name under which its public half is published. */
export type SigningKey = { readonly kid: string; readonly privateKey: KeyObject };

/** An Ed25519 pair as JWKs, both named `kid`. */
export const newKeyPair = async (kid: string): Promise<{ readonly privateJwk: JWK; readonly publicJwk: JWK }> => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const header = { kid, alg: 'EdDSA', use: 'sig' };
  return {
    privateJwk: { ...(await exportJWK(privateKey)), ...header },
    publicJwk: { ...(await exportJWK(publicKey)), ...header },
  };
};

/** The signing key within a private JWK. Throws when it is no named Ed25519 key. */
export const signingKey = (jwk: JWK): SigningKey => {
  const { kid } = jwk;
  if (kid === undefined || jwk.crv !== 'Ed25519') throw new Error('A signing key is an Ed25519 JWK with a kid');
  return { kid, privateKey: createPrivateKey({ key: jwk, format: 'jwk' }) };
};

/** A service's own private key, from the file `SERVICE_KEY_PATH`. */
export const readSigningKey = async (path: string): Promise<SigningKey> =>
  signingKey(JSON.parse(await readFile(path, 'utf8')) as JWK);
