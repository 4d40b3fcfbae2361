import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Router } from 'express';
import { decodeProtectedHeader } from 'jose';
import getPort from 'get-port';
import { authenticate, requireUser } from '@lego-moc/auth-middleware/authenticate';
import { fixedKeys, keysFromUrl } from '@lego-moc/auth-middleware/public-keys';
import { createApi } from '@lego-moc/http/api';
import { userOf } from '@lego-moc/http/caller';
import { ok, respond } from '@lego-moc/http/respond';
import { serve, type RunningServer } from '@lego-moc/http/serve';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { localIssuer, startGatewayProcess, type GatewayProcess } from '../testing/gateway-process.ts';

/** A rotation period: a day in production. */
const ROTATION_S = 2;
/**
 * Twice the time that one gateway takes to follow the other: a service that fetches keys from the slower one may miss
 * the new key until then. Together with that less than a day: no service has to fetch twice for one key.
 */
const COOLDOWN_MS = ROTATION_S * 500;
/** The last of these keys did not exist yet when the service first fetched them. */
const KEYS_SEEN_MIN = 3;
const CLIENTS = 4;

describe('rotating the keys of user contexts, while two gateways and a service work', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'rotation-'));
  const gateways: GatewayProcess[] = [];
  const signedBy = new Set<string | undefined>();
  let service: RunningServer;
  let authorization: string;
  let jwksUrl: string;

  /** Verifies a context as a service does; its keys come from the given gateway. */
  const serviceTrusting = (jwksUrl: string): Promise<RunningServer> =>
    serve(
      createApi({
        service: 'moc-management',
        logger: silentLogger,
        metrics: createMetrics('moc-management', { processMetrics: false }),
        routes: [
          authenticate({
            audience: 'moc-management',
            gatewayKeys: keysFromUrl(jwksUrl, { cooldownMs: COOLDOWN_MS }),
            serviceKeys: fixedKeys({ keys: [] }),
          }),
          Router().get(
            '/v1/mocs',
            requireUser,
            respond((request) => {
              signedBy.add(decodeProtectedHeader(String(request.headers['x-user-context'])).kid);
              return ok({ user: userOf(request).id });
            }),
          ),
        ],
      }),
      { port: servicePort, logger: silentLogger, signals: false },
    );
  let servicePort = 0;

  before(async () => {
    // The gateways start first: the service needs their keys.
    servicePort = await getPort();
    const issuer = await localIssuer();
    ({ authorization } = issuer);
    const env = {
      AUTH_JWKS_URL: issuer.jwksUrl,
      MOC_MANAGEMENT_URL: `http://127.0.0.1:${String(servicePort)}`,
      USER_CONTEXT_KEYS_PATH: join(folder, 'ring.json'),
      USER_CONTEXT_ROTATION_HOURS: String(ROTATION_S / 3_600),
      RATE_LIMIT_SCALE: '1000',
    };
    gateways.push(await startGatewayProcess(env));
    gateways.push(await startGatewayProcess(env));
    jwksUrl = `${gateways[1]!.url}/.well-known/user-context-jwks.json`;
    service = await serviceTrusting(jwksUrl);
  });
  after(async () => {
    for (const { process: gateway } of gateways) {
      const exit = once(gateway, 'exit');
      gateway.kill('SIGKILL');
      await exit;
    }
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  it('fails no request', async () => {
    const answers = new Map<string, number>();
    const client = async (index: number): Promise<void> => {
      for (let at = index; signedBy.size < KEYS_SEEN_MIN; at += 1) {
        const reply = await fetch(`${gateways[at % 2]!.url}/api/mocs`, { headers: { authorization } });
        const answer = `${String(reply.status)} ${await reply.text()}`;
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(index)));

    expect([...answers.keys()]).to.deep.equal(['200 {"user":"ada"}']);
  });
});
