import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { UserId } from '@lego-moc/kernel/message';
import type { UserKey } from '../../application/ports/key-vault.ts';
import type { Personal } from '../../domain/profile-events.ts';

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

/** Throws unless `sealed` was made by `sealBytes` with the same key and context. */
export const openBytes = (key: Uint8Array | KeyObject, context: string, sealed: Uint8Array): Buffer => {
  const iv = sealed.subarray(0, IV_BYTES);
  const tag = sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
};

/** Every stored form of a part reads as the newest: fields that were added later have a default. */
const FORMS: { readonly [P in keyof Personal]: z.ZodType<Personal[P]> } = {
  person: z.object({
    displayName: z.string(),
    bio: z.string(),
    location: z.string(),
    website: z.string(),
  }),
  email: z.string().nullable(),
  preferences: z.object({
    colourScheme: z.enum(['system', 'light', 'dark']),
    language: z.string(),
    currency: z.string(),
    listView: z.enum(['grid', 'list']),
    partNames: z.enum(['bricklink', 'rebrickable']),
  }),
};

/** Seals JSON, bound to its user and to the part of their data. */
export const userKey = (userId: UserId, bytes: Uint8Array): UserKey => {
  const key = createSecretKey(bytes);
  return {
    seal: (part, value) =>
      sealBytes(key, `${part} of ${userId}`, Buffer.from(JSON.stringify(value))).toString('base64url'),
    open: (part, sealed) => {
      const plain = openBytes(key, `${part} of ${userId}`, Buffer.from(sealed, 'base64url'));
      return FORMS[part].parse(JSON.parse(plain.toString('utf8')));
    },
  };
};
