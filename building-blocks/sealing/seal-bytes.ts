import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
/** As in NIST SP 800-38D: random, and far fewer than 2³² uses of one key. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Bytes sealed under `key`, bound to `context`: they open in no other. iv, tag, ciphertext. */
export const sealBytes = (key: Uint8Array | KeyObject, context: string, plain: Uint8Array): Buffer => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(context));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]);
};

/** Throws unless `sealedBytes` was made by `sealBytes` with the same key and context. */
export const openBytes = (key: Uint8Array | KeyObject, context: string, sealedBytes: Uint8Array): Buffer => {
  const iv = sealedBytes.subarray(0, IV_BYTES);
  const tag = sealedBytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
  return Buffer.concat([decipher.update(sealedBytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
};
