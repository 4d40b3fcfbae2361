import { createHash, timingSafeEqual } from 'node:crypto';
import type { User } from './access.ts';
import { isPasswordOf, userOf, type Users } from './users.ts';

/** Passwords of the two users that EventStoreDB has from the start. */
export type Passwords = { readonly admin: string; readonly ops: string };

/** 'anonymous' where no credentials were sent, 'wrong' where they fit nobody. */
export type Authentication = User | 'anonymous' | 'wrong';

const BUILT_IN = { admin: { name: 'admin', groups: ['$admins'] }, ops: { name: 'ops', groups: ['$ops'] } } as const;
/** Users whose password has been verified, kept so that it need not be hashed with every call. */
const VERIFIED_MAX = 1_000;

/** Checks the value of an `Authorization` header. */
export const basicAuthentication = (passwords: Passwords, users: Pick<Users, 'find'>) => {
  const verifiedDigests = new Map<string, Buffer>();

  const authenticateStored = (name: string, password: string): Authentication => {
    const user = users.find(name);
    if (user === undefined) return 'wrong';
    const key = `${user.hash} ${name}`;
    const cachedDigest = verifiedDigests.get(key);
    const isVerified = cachedDigest !== undefined && timingSafeEqual(cachedDigest, digest(password));
    if (!isVerified && !isPasswordOf(user, password)) return 'wrong';
    if (verifiedDigests.size >= VERIFIED_MAX) verifiedDigests.clear();
    verifiedDigests.set(key, digest(password));
    return userOf(user);
  };

  return (authorization: string | undefined): Authentication => {
    if (authorization === undefined) return 'anonymous';
    const [scheme, encodedCredentials = ''] = authorization.split(' ');
    if (scheme?.toLowerCase() !== 'basic') return 'wrong';
    const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encodedCredentials, 'base64').toString('utf8')) ?? [];
    if (name === undefined || password === undefined) return 'wrong';
    if (name !== 'admin' && name !== 'ops') return authenticateStored(name, password);
    return timingSafeEqual(digest(password), digest(passwords[name])) ? BUILT_IN[name] : 'wrong';
  };
};

/** Comparing digests takes the same time wherever passwords differ, and whatever their lengths. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
