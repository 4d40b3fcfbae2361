import { importJWK, SignJWT } from 'jose';
import { LOCAL_ISSUER_URL } from '@lego-moc/http/default-ports';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import { ensureKeys, type Algorithm } from './keys.ts';

export const DEV_AUDIENCE = 'lego-moc';

export type TokenRequest = {
  readonly name: string;
  readonly roles?: readonly string[];
  readonly ttlS?: number;
  readonly algorithm?: Algorithm;
};

const EIGHT_HOURS_S = 8 * 60 * 60;

/**
 * The id of a development user: the same name always gives the same id, but for another one in every `DEV_USERS_REALM`,
 * which tests set where an event store knows the users of earlier runs.
 */
export const devUserId = (name: string): UserId => {
  const realm = process.env['DEV_USERS_REALM'];
  return (realm === undefined ? derivedId('user', name) : derivedId('user', realm, name)) as UserId;
};

/** A token as the real Auth Service would issue it, signed with the keys in `dir`. Works without the issuer running. */
export const issueToken = async (
  dir: string,
  { name, roles = [], ttlS = EIGHT_HOURS_S, algorithm = 'EdDSA' }: TokenRequest,
): Promise<string> => {
  const { keys } = await ensureKeys(dir);
  const key = keys.find(({ alg }) => alg === algorithm);
  if (key?.kid === undefined) throw new Error(`The issuer has no ${algorithm} key`);
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ name, email: `${encodeURIComponent(name)}@example.test`, roles: ['builder', ...roles] })
    .setProtectedHeader({ alg: algorithm, kid: key.kid, typ: 'JWT' })
    .setIssuer(LOCAL_ISSUER_URL)
    .setAudience(DEV_AUDIENCE)
    .setSubject(devUserId(name))
    .setIssuedAt(now)
    .setExpirationTime(now + ttlS)
    .sign(await importJWK(key, algorithm));
};
