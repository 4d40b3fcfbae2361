import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPair, exportJWK, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { fixedKeys, type PublicKeys } from '@lego-moc/auth-middleware/public-keys';
import { LOCAL_ISSUER_URL } from '@lego-moc/http/default-ports';
import { serve, type RunningServer } from '@lego-moc/http/serve';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger, type Logger } from '@lego-moc/logger/logger';
import { compose, GATEWAY } from '../composition-root.ts';
import { HEADER_BYTES_MAX, readConfig, type Config } from '../config.ts';
import { contextKeys, type ContextKeys } from '../security/context-keys.ts';
import { SERVICES } from '../../contexts/registry.ts';
import type { Route } from '../routing/routes.ts';

/** A request as the upstream received it. */
export type ReceivedRequest = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'headersDistinct'>;

export type FakeUpstream = {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  readonly stop: () => Promise<void>;
};

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

const echo: RequestListener = (request, response) => {
  request.resume();
  request.once('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"answered":true}');
  });
};

/** A service behind the gateway: answers everything with 200 unless told otherwise. */
export const fakeUpstream = async (answer: RequestListener = echo): Promise<FakeUpstream> => {
  const requests: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

export type Issuer = {
  readonly keys: PublicKeys;
  /** The public keys in their published form. */
  readonly publicKeys: readonly JWK[];
  readonly token: (claims?: JWTPayload, header?: { alg?: string; kid?: string }) => Promise<string>;
};

export const ADA = 'ada' as UserId;

/** An Auth Service: signs with EdDSA for the user `ada` unless told otherwise. */
export const testIssuer = async (): Promise<Issuer> => {
  const pairs = new Map<string, CryptoKey>();
  const publicKeys: JWK[] = [];
  for (const alg of ['EdDSA', 'ES256', 'RS256']) {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    pairs.set(alg, privateKey);
    publicKeys.push({ ...(await exportJWK(publicKey)), kid: alg, alg, use: 'sig' });
  }
  return {
    keys: fixedKeys({ keys: publicKeys }),
    publicKeys,
    token: (claims = {}, { alg = 'EdDSA', kid = alg } = {}) => {
      const now = Math.floor(Date.now() / 1_000);
      const whole = {
        iss: LOCAL_ISSUER_URL,
        aud: 'lego-moc',
        sub: ADA,
        roles: ['builder'],
        iat: now,
        exp: now + 600,
        ...claims,
      };
      return new SignJWT(whole).setProtectedHeader({ alg, kid }).sign(pairs.get(alg)!);
    },
  };
};

export type GatewayForTests = RunningServer & {
  readonly issuer: Issuer;
  readonly contextKeys: ContextKeys;
  readonly bearer: (claims?: JWTPayload) => Promise<{ authorization: string }>;
};

export type GatewayOptions = {
  /** The URL of every upstream. */
  readonly upstream: string;
  /** With `auth` the gateway fetches the issuer's keys from there; otherwise it is given them. */
  readonly config?: Partial<Config>;
  readonly routes?: readonly Route[];
  readonly logger?: Logger;
};

/** A whole gateway on a free port, with its own issuer. Stop it when the test is over. */
export const startGateway = async (options: GatewayOptions): Promise<GatewayForTests> => {
  const { upstream, config = {}, routes, logger = silentLogger } = options;
  const issuer = await testIssuer();
  const keys = await contextKeys({ path: undefined, rotateEveryMs: 3_600_000, logger });
  const upstreams = Object.fromEntries(SERVICES.map(({ name }) => [name, upstream]));
  const gateway = compose({ ...readConfig({}), upstreams, ...config }, keys);
  gateway.rebind(GATEWAY.logger).toConstantValue(logger);
  if (config.auth === undefined) gateway.rebind(GATEWAY.issuerKeys).toConstantValue(issuer.keys);
  if (routes !== undefined) gateway.rebind(GATEWAY.routes).toConstantValue(routes);

  const service = await serve(gateway.get(GATEWAY.handler), {
    port: 0,
    logger,
    signals: false,
    handlesExpect: true,
    headersTimeoutMs: 500,
    headerBytesMax: HEADER_BYTES_MAX,
    onStop: async () => {
      keys.stop();
      gateway.get(GATEWAY.sides).stop();
      gateway.get(GATEWAY.redis)?.disconnect();
      await Promise.all(Object.values(gateway.get(GATEWAY.upstreams)).map((upstreamClient) => upstreamClient.close()));
    },
  });
  return {
    ...service,
    stop: async () => {
      service.server.closeAllConnections();
      await service.stop();
    },
    issuer,
    contextKeys: keys,
    bearer: async (claims) => ({ authorization: `Bearer ${await issuer.token(claims)}` }),
  };
};
