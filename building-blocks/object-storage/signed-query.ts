import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@lego-moc/application/clock';
import type { Instant } from '@lego-moc/kernel/message';
import type { SignedUrlOptions } from './object-store.ts';

/** The content that a signature covers. */
export type Grant = Omit<SignedUrlOptions, 'expiresInS'>;

/** A query that lets its bearer read one key for a while. */
export interface SignedQueries {
  sign(key: string, options: SignedUrlOptions): { readonly query: string; readonly expiresAt: Instant };
  /** Takes the query as Express parses it: repeated or nested parameters count as tampering. */
  verify(key: string, query: Readonly<Record<string, unknown>>): Grant | 'expired' | 'tampered';
}

const stringParam = (query: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = query[name];
  return typeof value === 'string' ? value : undefined;
};

const GRANT_MEMBERS = ['mediaType', 'downloadName', 'sha256'] as const;

const grantOf = (valueOf: (member: keyof Grant) => string | undefined): Grant =>
  Object.fromEntries(
    GRANT_MEMBERS.flatMap((member) => {
      const value = valueOf(member);
      return value === undefined ? [] : [[member, value]];
    }),
  );

/** Signs with HMAC-SHA256. A holder of the secret can read every object. */
export const signedQueries = (secret: Uint8Array, now: Clock): SignedQueries => {
  const signatureOf = (key: string, expires: string, grant: Grant): string =>
    createHmac('sha256', secret)
      .update(JSON.stringify([key, expires, ...GRANT_MEMBERS.map((member) => grant[member] ?? null)]))
      .digest('base64url');

  return {
    sign: (key, { expiresInS, ...options }) => {
      const expiresAtS = Math.floor(Date.parse(now()) / 1000) + expiresInS;
      const expires = String(expiresAtS);
      const grant = grantOf((member) => options[member]?.toWellFormed());
      const query = new URLSearchParams({
        expires,
        ...grant,
        signature: signatureOf(key, expires, grant),
      });
      return { query: query.toString(), expiresAt: new Date(expiresAtS * 1000).toISOString() as Instant };
    },

    verify: (key, query) => {
      const expires = stringParam(query, 'expires') ?? '';
      const grant = grantOf((member) => stringParam(query, member));
      // Compared as text, not as bytes: the last character of base64url holds bits that decoding drops.
      const signatureBytes = Buffer.from(stringParam(query, 'signature') ?? '');
      const expected = Buffer.from(signatureOf(key, expires, grant));
      if (signatureBytes.length !== expected.length || !timingSafeEqual(signatureBytes, expected)) return 'tampered';
      return Number(expires) * 1000 > Date.parse(now()) ? grant : 'expired';
    },
  };
};
