import { join } from 'node:path';
import { Verifier } from '@pact-foundation/pact';
import { signerFromFile, signUserContext } from '@lego-moc/auth-middleware/user-context';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { contextKeys, type ContextKeys } from '../../gateway/security/context-keys.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from '../e2e/platform.ts';
import { mediaTypeOf, wireBody, type Contract } from './expectation.ts';
import { CONTRACTS, pactPath } from './providers.ts';

/** Sends requests to the real service directly, with contexts signed by the consumer's key, as the consumer does. */
const verify = async (contract: Contract, { ports, dataDir }: TestPlatform, keys: ContextKeys) => {
  const { consumer, provider, knownId, states, onOwnAccount = false } = contract;
  const url = `http://127.0.0.1:${String(ports.get(provider))}`;
  let user = newId() as UserId;
  let actualId = knownId;

  const signRequest = async (method: string, path: string): Promise<Record<string, string>> => ({
    'x-user-id': user,
    'x-user-context': signUserContext(keys.current(), {
      user: { id: user, roles: [] },
      audience: provider,
      request: { method, path: path.split('?', 1)[0] ?? '' },
    }),
  });
  const signAsService = signerFromFile(join(dataDir, `keys/${consumer}.jwk.json`), consumer);
  const signForConsumer = (method: string, path: string): Promise<Record<string, string>> =>
    consumer === 'gateway'
      ? signRequest(method, path)
      : signAsService(provider, {
          method,
          path: path.split('?', 1)[0] ?? '',
          ...(onOwnAccount ? {} : { user: { id: user, roles: [] } }),
        });
  const sendSigned =
    (sign: typeof signRequest) =>
    async (method: string, path: string, body?: object, mediaType = mediaTypeOf(body ?? {})): Promise<unknown> => {
      const isForm = body instanceof FormData;
      const reply = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(await sign(method, path)),
          ...(isForm ? {} : { 'content-type': mediaType }),
        },
        ...(body === undefined ? {} : { body: isForm ? body : wireBody(body) }),
      });
      const text = await reply.text();
      if (!reply.ok) throw new Error(`${method} ${path} was answered with ${String(reply.status)}: ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    };
  const handlers = Object.entries(states).map(([name, enter]) => [
    name,
    async () => {
      user = newId() as UserId;
      const setup = { user, send: sendSigned(signRequest), sendAsConsumer: sendSigned(signForConsumer) };
      actualId = (await enter({ ...setup, newResourceId: newId() })) ?? knownId;
    },
  ]);

  await new Verifier({
    provider,
    providerBaseUrl: url,
    pactUrls: [pactPath(contract)],
    logLevel: 'error',
    stateHandlers: Object.fromEntries(handlers) as Record<string, () => Promise<void>>,
    requestFilter: (request, _response, next) => {
      request.url = request.url.replace(knownId, actualId);
      void signForConsumer(request.method, request.url).then((headers) => {
        Object.assign(request.headers, headers);
        next();
      });
    },
  }).verifyProvider();
};

describe('verifying the services against the pacts of their consumers', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let keys: ContextKeys;

  before(async () => {
    platform = await sharedPlatform();
    const path = join(platform.dataDir, 'keys/gateway.jwks.json');
    keys = await contextKeys({ path, rotateEveryMs: 3_600_000, logger: silentLogger });
  });
  after(() => keys.stop());

  for (const contract of CONTRACTS) {
    it(`${contract.provider} keeps its contract with ${contract.consumer}`, () => verify(contract, platform, keys));
  }
});
