import { createSecretKey } from 'node:crypto';
import { z } from 'zod';
import type { UserId } from '@lego-moc/kernel/message';
import { openBytes, sealBytes } from '@lego-moc/sealing/seal-bytes';
import type { UserKey } from '../../application/ports/key-vault.ts';
import type { Personal } from '../../domain/profile-events.ts';

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
  avatarPreview: z
    .object({ width: z.int(), height: z.int(), blurhash: z.string(), dominantColour: z.string() })
    .nullable(),
};

/** Seals JSON, bound to its user and to the part of their data. */
export const userKey = (userId: UserId, bytes: Uint8Array): UserKey => {
  const key = createSecretKey(bytes);
  return {
    seal: (part, value) =>
      sealBytes(key, `${part} of ${userId}`, Buffer.from(JSON.stringify(value))).toString('base64url'),
    open: (part, sealedText) => {
      const plain = openBytes(key, `${part} of ${userId}`, Buffer.from(sealedText, 'base64url'));
      return FORMS[part].parse(JSON.parse(plain.toString('utf8')));
    },
  };
};
