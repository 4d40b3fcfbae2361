import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import { readConfig } from '../config.ts';
import { fakeUpstream, startGateway, type FakeUpstream, type GatewayForTests } from '../testing/gateway-for-tests.ts';

/** How long an unknown key is not looked up again. */
const COOLDOWN_MS = 30_000;
/** How long a known key is used before it is looked up again, in the background. */
const REFRESH_MS = 300_000;

/** An Auth Service that publishes the given keys, while it is up. */
const publisher = async () => {
  const keys = new Map<string, CryptoKey>();
  const issuer = { publicKeys: [] as JWK[], up: true, requests: 0 };
  const server: Server = createServer((_request, response) => {
    issuer.requests += 1;
    if (issuer.up) response.end(JSON.stringify({ keys: issuer.publicKeys }));
    else response.writeHead(500).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/jwks.json`;

  const publish = async (kid: string): Promise<void> => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    keys.set(kid, privateKey);
    issuer.publicKeys.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' });
  };
  const token = (kid: string, sub = 'ada'): Promise<string> => {
    const whole = new SignJWT({ iss: url, aud: 'lego-moc', sub, roles: [] });
    return whole.setProtectedHeader({ alg: 'ES256', kid }).setExpirationTime('10m').sign(keys.get(kid)!);
  };
  return Object.assign(issuer, { url, publish, token, stop: () => server.close() });
};

describe('verifying tokens by the issuer’s published keys', () => {
  let issuer: Awaited<ReturnType<typeof publisher>>;
  let upstream: FakeUpstream;
  let gateway: GatewayForTests;
  let monotonic: SinonFakeTimers;

  beforeEach(async () => {
    issuer = await publisher();
    await issuer.publish('one');
    upstream = await fakeUpstream();
    const auth = { ...readConfig({}).auth, jwksUrl: issuer.url, issuer: issuer.url };
    gateway = await startGateway({ upstream: upstream.url, config: { auth } });
    monotonic = useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(async () => {
    monotonic.restore();
    await gateway.stop();
    await upstream.stop();
    issuer.stop();
  });

  const ask = async (token: string): Promise<Response> =>
    fetch(`${gateway.url}/api/mocs`, { headers: { authorization: `Bearer ${token}` } });
  const statusFor = async (kid: string, sub?: string): Promise<number> =>
    (await ask(await issuer.token(kid, sub))).status;

  it('fetches them once', async () => {
    for (const sub of ['ada', 'bob', 'cleo']) expect(await statusFor('one', sub)).to.equal(200);

    expect(issuer.requests).to.equal(1);
  });

  it('accepts new keys, and old ones as long as they are published', async () => {
    await statusFor('one');
    await issuer.publish('two');
    monotonic.tick(COOLDOWN_MS);

    expect(await statusFor('two')).to.equal(200);
    expect(await statusFor('one', 'bob')).to.equal(200);
    issuer.publicKeys.shift();
    monotonic.tick(REFRESH_MS);
    await statusFor('two', 'cleo');
    while (issuer.requests < 3) await new Promise(setImmediate);
    let withdrawn = 200;
    for (let at = 0; withdrawn === 200; at += 1) withdrawn = await statusFor('one', `late-${String(at)}`);
    expect(withdrawn).to.equal(401);
  });

  it('does not fetch again for every unknown key', async () => {
    await statusFor('one');
    await issuer.publish('unheard-of');
    issuer.publicKeys.pop();
    for (let times = 0; times < 20; times += 1)
      expect(await statusFor('unheard-of', `user-${String(times)}`)).to.equal(401);
    expect(issuer.requests).to.equal(1);
    monotonic.tick(COOLDOWN_MS);
    for (let times = 0; times < 20; times += 1)
      expect(await statusFor('unheard-of', `user-${String(times)}`)).to.equal(401);

    expect(issuer.requests).to.equal(2);
  });

  it('keeps using known keys while the issuer is down', async () => {
    await statusFor('one');
    issuer.up = false;
    monotonic.tick(10 * REFRESH_MS);

    for (const sub of ['bob', 'cleo', 'dora']) expect(await statusFor('one', sub)).to.equal(200);
    expect(issuer.requests).to.be.greaterThan(1);
  });

  it('answers 503 instead of 401 while no keys were ever fetched', async () => {
    issuer.up = false;
    const refusal = await ask(await issuer.token('one'));
    expect(refusal.status).to.equal(503);
    expect(refusal.headers.get('retry-after')).to.equal('2');
    expect(await refusal.text()).to.include('urn:lego-moc:problem:identity-unavailable');
    issuer.up = true;
    monotonic.tick(1_000);

    expect(await statusFor('one')).to.equal(200);
  });
});
