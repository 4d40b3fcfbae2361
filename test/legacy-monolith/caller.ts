import type { Request, RequestHandler } from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { Refusal } from './envelope.ts';
import type { Row } from './table.ts';

/** The user id that a token names; rejects when it is none of the issuer's. */
export type VerifyToken = (token: string) => Promise<string>;

export const verifyTokensOf = (jwksUrl: string, { issuer }: { readonly issuer: string }): VerifyToken => {
  const keys = createRemoteJWKSet(new URL(jwksUrl));
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, { issuer });
    if (payload.sub === undefined) throw new Error('The token names nobody');
    return payload.sub;
  };
};

const tokenOf = ({ headers }: Request): string | undefined => {
  const [, bearer] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
  const [, cookie] = /(?:^|;\s*)token=([^;]+)/.exec(headers.cookie ?? '') ?? [];
  return bearer ?? cookie;
};

const USERS = new WeakMap<Request, string>();

/** Reads who asks. An unreadable token is refused everywhere; a missing one is left to `requireCaller`. */
export const readCaller =
  (verify: VerifyToken): RequestHandler =>
  async (request, _response, next) => {
    const token = tokenOf(request);
    if (token !== undefined) {
      const userId = await verify(token).catch(() => {
        throw new Refusal(401, 'Invalid token');
      });
      USERS.set(request, userId);
    }
    next();
  };

/** MOCs and gallery look for the user in their handlers, which answer 403; the other areas in a middleware, 401. */
export const requireCaller =
  (missing: 401 | 403): RequestHandler =>
  (request, _response, next) => {
    if (!USERS.has(request)) throw new Refusal(missing, 'Authentication required', { code: 'UNAUTHORIZED' });
    next();
  };

export const callerOf = (request: Request): string => {
  const userId = USERS.get(request);
  if (userId === undefined) throw new Refusal(401, 'Authentication required');
  return userId;
};

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** The id in a path. */
export const idIn = (request: Request, name: string): string => {
  const id = String(request.params[name]);
  if (!UUID.test(id)) throw new Refusal(400, `${name} is no UUID`);
  return id;
};

/** The caller's own row of that id: 404 when there is none, 403 when it is somebody else's. */
export const ownRow = async (
  request: Request,
  table: { readonly find: (id: string) => Promise<Row | undefined> },
  name = 'id',
): Promise<Row> => {
  const row = await table.find(idIn(request, name));
  if (row === undefined) throw new Refusal(404, 'Not found');
  if (row['userId'] !== callerOf(request)) throw new Refusal(403, 'This belongs to somebody else');
  return row;
};
