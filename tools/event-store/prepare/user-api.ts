import { readFileSync } from 'node:fs';
import { Agent, interceptors, request, type Dispatcher } from 'undici';
import { z } from 'zod';

const REQUEST_TIMEOUT_MS = 10_000;
const REDIRECTS_MAX = 3;

export type Account = { readonly name: string; readonly fullName: string; readonly groups: readonly string[] };

/** The accounts of an event store, by its HTTP API, on behalf of an administrator. */
export type UserApi = {
  /** `undefined` when there is no account of that name. */
  readonly find: (name: string) => Promise<Pick<Account, 'groups'> | undefined>;
  readonly create: (account: Account, password: string) => Promise<void>;
  readonly update: (account: Account) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** The store cannot be prepared in its present state; the message says what to do. */
export class PrepareError extends Error {}

type Address = { readonly origin: string; readonly authorization: string; readonly ca: Buffer | undefined };

const SCHEMES = ['esdb://', 'esdb+discover://'];

/** The address and the administrator in `esdb://user:password@host:port,…?tls=true&tlsCAFile=…`: the first host. */
export const parseAddress = (url: string): Address => {
  const scheme = SCHEMES.find((candidate) => url.startsWith(candidate));
  if (scheme === undefined) throw new PrepareError('--url is not an esdb:// connection string.');
  const [target = '', query = ''] = url.slice(scheme.length).split('?');
  const at = target.lastIndexOf('@');
  if (at < 0) throw new PrepareError('--url names no account: esdb://admin:PASSWORD@host:2113');
  const [hosts = ''] = target.slice(at + 1).split('/');
  const options = new Map([...new URLSearchParams(query)].map(([key, value]) => [key.toLowerCase(), value]));
  if (options.get('tls') === 'false') throw new PrepareError('Accounts need TLS: an insecure store knows no users.');
  const file = options.get('tlscafile');
  const credentials = target.slice(0, at).split(':').map(decodeURIComponent).join(':');
  return {
    origin: `https://${hosts.split(',')[0] ?? ''}`,
    authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
    ca: file === undefined ? undefined : readFileSync(file),
  };
};

const foundUser = z.object({ data: z.object({ groups: z.array(z.string()).default([]) }) });

/** Throws `PrepareError` for an address that cannot be used. */
export const userApi = (url: string): UserApi => {
  const { origin, authorization, ca } = parseAddress(url);
  const agent: Dispatcher = new Agent({ connect: ca === undefined ? {} : { ca } }).compose(
    // A follower redirects writes to the leader.
    interceptors.redirect({ maxRedirections: REDIRECTS_MAX }),
  );

  const ask = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: object) => {
    const answer = await request(`${origin}${path}`, {
      method,
      dispatcher: agent,
      headers: { authorization, accept: 'application/json', 'content-type': 'application/json' },
      headersTimeout: REQUEST_TIMEOUT_MS,
      bodyTimeout: REQUEST_TIMEOUT_MS,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode === 401)
      throw new PrepareError('The store refuses the account in --url: it has to be an administrator.');
    if (answer.statusCode >= 400 && answer.statusCode !== 404)
      throw new PrepareError(`${method} ${path} was answered with ${answer.statusCode}: ${text.slice(0, 200)}`);
    return { status: answer.statusCode, text };
  };

  return {
    find: async (name) => {
      const { status, text } = await ask('GET', `/users/${encodeURIComponent(name)}`);
      return status === 404 ? undefined : { groups: foundUser.parse(JSON.parse(text)).data.groups };
    },
    create: async ({ name, fullName, groups }, password) => {
      await ask('POST', '/users/', { loginName: name, fullName, groups, password });
    },
    update: async ({ name, fullName, groups }) => {
      await ask('PUT', `/users/${encodeURIComponent(name)}`, { fullName, groups });
    },
    close: () => agent.close(),
  };
};
