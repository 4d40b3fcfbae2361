import { once } from 'node:events';
import { createServer, request as httpRequest, type RequestListener, type RequestOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { readConfig, type Config } from '../config.ts';
import { fakeUpstream, startGateway, type FakeUpstream, type GatewayForTests } from '../testing/gateway-for-tests.ts';

/** Longer than every timeout in this spec. */
const ALL_IS_DONE_MS = 400;

describe('disconnecting before the upstream is called', () => {
  let upstream: FakeUpstream;
  let gateway: GatewayForTests;

  const start = async (answer?: RequestListener, config: Partial<Config> = {}): Promise<void> => {
    upstream = await fakeUpstream(answer);
    gateway = await startGateway({ upstream: upstream.url, config });
  };
  afterEach(async () => {
    await gateway.stop();
    await upstream.stop();
  });

  const ask = async (options: RequestOptions = {}) => {
    const headers = { ...(await gateway.bearer()), ...(options.headers as Record<string, number> | undefined) };
    const client = httpRequest(`${gateway.url}/api/mocs`, { ...options, headers });
    client.on('error', () => undefined);
    return client;
  };

  describe('while keys are looked up', () => {
    const leave = async (options?: RequestOptions): Promise<void> => {
      const lookedUp = Promise.withResolvers<undefined>();
      const issuer = createServer((_request, response) => {
        lookedUp.resolve(undefined);
        setTimeout(() => response.end(JSON.stringify({ keys: gateway.issuer.publicKeys })), 100);
      }).listen(0, '127.0.0.1');
      await once(issuer, 'listening');
      const jwksUrl = `http://127.0.0.1:${String((issuer.address() as AddressInfo).port)}/jwks.json`;
      await start(undefined, { auth: { ...readConfig({}).auth, jwksUrl } });

      const client = await ask(options);
      client.flushHeaders();
      await lookedUp.promise;
      client.destroy();
      await pause(ALL_IS_DONE_MS);
      issuer.close();
    };

    it('costs the upstream no request and no connection', async () => {
      await leave();
      expect(upstream.requests).to.have.length(0);
    });

    for (const length of [100, 1_000_000])
      it(`costs the upstream nothing with an upload of ${String(length)} bytes that never arrives, and the others are answered`, async () => {
        await leave({ method: 'POST', headers: { 'content-length': length } });
        expect(upstream.requests).to.have.length(0);
        const reply = await fetch(`${gateway.url}/api/mocs`, { headers: await gateway.bearer() });
        expect(reply.status).to.equal(200);
      });
  });

  it('does not repeat the request', async () => {
    const requestReceived = Promise.withResolvers<undefined>();
    await start((request) => {
      requestReceived.resolve(undefined);
      request.socket.destroy();
    });
    const client = await ask();
    client.end();
    await requestReceived.promise;
    client.destroy();
    await pause(ALL_IS_DONE_MS);
    expect(upstream.requests).to.have.length(1);
  });
});
