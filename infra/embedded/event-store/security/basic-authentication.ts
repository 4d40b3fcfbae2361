import { createHash, timingSafeEqual } from 'node:crypto';
import type { User } from './access.ts';

/** Passwords of the two users that EventStoreDB has from the start. */
export type Passwords = { readonly admin: string; readonly ops: string };

/** 'anonymous' where no credentials were sent, 'wrong' where they fit nobody. */
export type Authentication = User | 'anonymous' | 'wrong';

const USERS = { admin: { name: 'admin', groups: ['$admins'] }, ops: { name: 'ops', groups: ['$ops'] } } as const;

/** Judges the value of an `Authorization` header. */
export const basicAuthentication =
  (passwords: Passwords) =>
  (authorization: string | undefined): Authentication => {
    if (authorization === undefined) return 'anonymous';
    const [scheme, encoded = ''] = authorization.split(' ');
    if (scheme?.toLowerCase() !== 'basic') return 'wrong';
    const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
    if ((name !== 'admin' && name !== 'ops') || password === undefined) return 'wrong';
    return isSame(password, passwords[name]) ? USERS[name] : 'wrong';
  };

/** Takes the same time wherever they differ, and whatever their lengths. */
const isSame = (actual: string, expected: string): boolean => timingSafeEqual(digest(actual), digest(expected));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
