import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '@lego-moc/application/clock';
import type { Instant } from '@lego-moc/kernel/message';
import type { UploadFormOptions } from './object-store.ts';

/** The upload that a signed form allows: exactly `size` bytes under the key. */
export type UploadGrant = { readonly key: string; readonly mediaType: string; readonly size: number };

/** Fields of a form that lets its bearer put one object. Named as in S3's forms. */
export interface SignedForms {
  sign(key: string, options: UploadFormOptions): Readonly<Record<string, string>>;
  /** Takes the fields that came before the file. */
  verify(fields: Readonly<Record<string, string>>): UploadGrant | 'expired' | 'tampered';
}

const policySchema = z.tuple([z.string(), z.string(), z.int(), z.string()]);

/** Signs with HMAC-SHA256. A holder of the secret can put every object. */
export const signedForms = (secret: Uint8Array, now: Clock): SignedForms => {
  // The prefix keeps signatures of forms and of queries apart, which share the secret.
  const signatureOf = (policy: string): string =>
    createHmac('sha256', secret).update(`upload-form ${policy}`).digest('base64url');

  return {
    sign: (key, { mediaType, size, expiresAt }) => {
      const policy = Buffer.from(JSON.stringify([key, mediaType, size, expiresAt])).toString('base64url');
      return { key, 'Content-Type': mediaType, policy, signature: signatureOf(policy) };
    },

    verify: ({ key, 'Content-Type': mediaType, policy = '', signature = '' }) => {
      const signatureBytes = Buffer.from(signature);
      const expected = Buffer.from(signatureOf(policy));
      if (signatureBytes.length !== expected.length || !timingSafeEqual(signatureBytes, expected)) return 'tampered';
      const [signedKey, signedType, size, expiresAt] = policySchema.parse(
        JSON.parse(Buffer.from(policy, 'base64url').toString('utf8')),
      );
      if (key !== signedKey || mediaType !== signedType) return 'tampered';
      return (expiresAt as Instant) > now() ? { key: signedKey, mediaType: signedType, size } : 'expired';
    },
  };
};
