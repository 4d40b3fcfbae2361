import type { RequestListener } from 'node:http';
import { expect } from 'chai';
import type { RequestHandler } from 'express';
import { useFakeTimers } from 'sinon';
import { createApi } from '@lego-moc/http/api';
import { noContent } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { readConfig, type Config } from '../config.ts';
import { limitedAddress } from '../http/client-address.ts';
import { fakeUpstream, startGateway, type FakeUpstream, type GatewayForTests } from '../testing/gateway-for-tests.ts';
import { headOf, sendRaw } from '../testing/raw-http.ts';

const serviceWith = (handler: RequestHandler): RequestListener =>
  createApi({
    service: 'spec',
    logger: silentLogger,
    metrics: createMetrics('spec', { processMetrics: false }),
    routes: [handler],
  });

describe('limiting requests', () => {
  let upstream: FakeUpstream;
  let gateway: GatewayForTests;
  const start = async (config: Partial<Config>, answer?: RequestListener): Promise<void> => {
    upstream = await fakeUpstream(answer);
    gateway = await startGateway({ upstream: upstream.url, config });
  };
  afterEach(async () => {
    await gateway.stop();
    await upstream.stop();
  });
  const BEHIND_ONE = 1;
  /** Three writes a minute, thirty reads from one address. */
  const rateLimits = { ...readConfig({}).rateLimits, scale: 0.01 };

  const statuses = async (times: number, ask: (at: number) => Promise<Response>): Promise<readonly number[]> => {
    const answers = [];
    for (let at = 0; at < times; at += 1) answers.push((await ask(at)).status);
    return answers;
  };

  it('tells the client how many requests are left, and when the window ends', async () => {
    await start({ rateLimits });
    const headers = await gateway.bearer();
    const post = () => fetch(`${gateway.url}/api/mocs`, { method: 'POST', headers });
    const first = await post();
    expect(first.headers.get('ratelimit-policy')).to.equal('"address";q=30;w=60, "write";q=3;w=60');
    expect(first.headers.get('ratelimit')).to.match(/^"address";r=29;t=60, "write";r=2;t=60$/);

    expect(await statuses(3, post)).to.deep.equal([200, 200, 429]);
    const refusal = await post();
    expect(refusal.headers.get('ratelimit')).to.match(/"write";r=0;t=\d+$/);
    expect(Number(refusal.headers.get('retry-after'))).to.be.within(1, 60);
    expect(((await refusal.json()) as { type: string }).type).to.equal('urn:lego-moc:problem:rate-limited');
    expect(upstream.requests).to.have.length(3);
  });

  it('ignores a correlation id that reads like the name of a field', async () => {
    await start({ rateLimits });
    for (const id of ['ratelimit-policy', 'ratelimit']) {
      const reply = await fetch(`${gateway.url}/api/mocs`, {
        headers: { ...(await gateway.bearer()), 'x-correlation-id': id },
      });
      expect(reply.status).to.equal(200);
      expect(reply.headers.get('x-correlation-id')).to.equal(id);
      expect(reply.headers.get('ratelimit-policy')).to.equal('"address";q=30;w=60, "read";q=12;w=60');
    }
  });

  it('counts each user separately', async () => {
    await start({ rateLimits });
    const post = async (sub: string) =>
      fetch(`${gateway.url}/api/mocs`, { method: 'POST', headers: await gateway.bearer({ sub }) });
    await statuses(4, () => post('ada'));

    expect((await post('bob')).status).to.equal(200);
  });

  it('counts reads, writes and uploads separately', async () => {
    await start({ rateLimits: { ...rateLimits, scale: 0.02 } });
    const headers = await gateway.bearer();
    const ask = (method: string, path: string) => () => fetch(gateway.url + path, { method, headers });
    const upload = await statuses(2, ask('POST', '/api/mocs/with-files'));
    const write = await statuses(7, ask('POST', '/api/mocs'));
    const read = await statuses(25, ask('GET', '/api/mocs'));

    expect(upload).to.deep.equal([200, 429]);
    expect(write.lastIndexOf(200)).to.equal(5);
    expect(read.lastIndexOf(200)).to.equal(23);
  });

  it('counts requests without a valid token against their address', async () => {
    await start({ rateLimits });
    const guess = (at: number) =>
      fetch(`${gateway.url}/api/mocs`, { headers: { authorization: `Bearer guess-${at}` } });

    expect((await statuses(31, guess)).slice(29)).to.deep.equal([401, 429]);
  });

  for (const [name, line, status, ...fields] of [
    [
      'a preflight',
      'OPTIONS /api/mocs HTTP/1.1',
      204,
      'Host: x',
      'Origin: https://a.example',
      'Access-Control-Request-Method: PUT',
    ],
    ['a question about the gateway itself', 'OPTIONS * HTTP/1.1', 204, 'Host: x'],
    ['a path that can be read in two ways', 'GET /api//mocs HTTP/1.1', 400, 'Host: x'],
    ['a request for two hosts', 'GET /api/mocs HTTP/1.1', 400, 'Host: x', 'Host: y'],
    ['a method that is not offered', 'TRACE /api/mocs HTTP/1.1', 405, 'Host: x'],
    ['an expectation that it does not know', 'GET /api/mocs HTTP/1.1', 417, 'Host: x', 'Expect: cake'],
    ['an own page that a stranger asks for', 'GET /health HTTP/1.1', 200, 'Host: x', 'X-Forwarded-For: 203.0.113.7'],
  ] as const)
    it(`counts ${name} against its address, once`, async () => {
      await start({ rateLimits, trustedProxies: BEHIND_ONE });
      const ask = () => sendRaw(gateway.port, headOf(line, 'Connection: close', ...fields));
      const first = await ask();
      for (let times = 2; times <= 30; times += 1) await ask();

      expect(first.status).to.equal(status);
      expect(first.text).to.match(/^ratelimit: "address";r=29;t=60\r$/m);
      expect(await ask()).to.include({ status: 429, code: 'rate-limited' });
      expect(upstream.requests).to.have.length(0);
    });

  it('does not count requests of the platform’s own machines to the gateway’s pages', async () => {
    await start({ rateLimits });

    expect(new Set(await statuses(31, () => fetch(`${gateway.url}/ready`)))).to.deep.equal(new Set([200]));
  });

  for (const alias of ['/api/wishlist/1/image/', '/api/wishlist/1/IMAGE', '/api/wishlist/1/Image/'])
    it(`answers 404 at ${alias}, which would count an upload as a write`, async () => {
      const upload = { method: 'put', path: '/v1/wishlist/:itemId/image', summary: '', replies: {} } as const;
      await start({ rateLimits }, serviceWith(route(upload, () => noContent())));
      const headers = await gateway.bearer();
      const put = (path: string) => fetch(gateway.url + path, { method: 'PUT', headers });

      expect((await put('/api/wishlist/1/image')).status).to.equal(204);
      expect((await put(alias)).status).to.equal(404);
    });

  for (const path of ['/metrics', '/ready'])
    it(`answers 404 at other spellings of ${path}, and to strangers at ${path} itself`, async () => {
      await start({ trustedProxies: BEHIND_ONE });
      const ask = async (as: string, headers: Record<string, string>) =>
        (await fetch(gateway.url + as, { headers })).status;
      const stranger = { 'x-forwarded-for': '203.0.113.7' };

      for (const alias of [`${path}/`, path.toUpperCase(), `${path.toUpperCase()}/`]) {
        expect(await ask(alias, stranger)).to.equal(404);
        expect(await ask(alias, {})).to.equal(404);
      }
      expect(await ask(path, stranger)).to.equal(404);
      expect(await ask(path, {})).to.equal(200);
    });

  for (const [trick, ask] of [
    ['another X-Forwarded-For', (at: number) => ({ headers: { 'x-forwarded-for': `10.1.1.${at}` } })],
    ['another Forwarded', (at: number) => ({ headers: { forwarded: `for=10.1.1.${at}` } })],
    ['another X-Real-IP', (at: number) => ({ headers: { 'x-real-ip': `10.1.1.${at}` } })],
    ['another query', (at: number) => ({ path: `/api/mocs?at=${at}` })],
    ['another name of the path', (at: number) => ({ path: at % 2 === 0 ? '/api/mocs' : '/v1/mocs' })],
    ['another method in disguise', () => ({ headers: { 'x-http-method-override': 'GET' } })],
    ['another correlation id', (at: number) => ({ headers: { 'x-correlation-id': `request-${at}` } })],
  ] as const)
    it(`counts requests with ${trick} as the same user’s`, async () => {
      await start({ rateLimits });
      const bearer = await gateway.bearer();
      const post = (at: number) => {
        const { path = '/api/mocs', headers = {} } = ask(at) as { path?: string; headers?: Record<string, string> };
        return fetch(gateway.url + path, { method: 'POST', headers: { ...bearer, ...headers } });
      };

      expect(await statuses(5, post)).to.deep.equal([200, 200, 200, 429, 429]);
    });

  it('counts a client behind a trusted proxy by the address that the proxy saw', async () => {
    await start({ rateLimits, trustedProxies: BEHIND_ONE });
    const guess = (at: number) =>
      fetch(`${gateway.url}/api/mocs`, { headers: { 'x-forwarded-for': `10.9.9.${at}, 203.0.113.7` } });
    await statuses(30, guess);
    const other = await fetch(`${gateway.url}/api/mocs`, { headers: { 'x-forwarded-for': '203.0.113.8' } });

    expect((await guess(99)).status).to.equal(429);
    expect(other.status).to.equal(401);
  });

  it('counts all addresses of an IPv6 customer as one', async () => {
    await start({ rateLimits, trustedProxies: BEHIND_ONE });
    const from = (address: string) =>
      fetch(`${gateway.url}/api/mocs`, { headers: { 'x-forwarded-for': `10.9.9.9, ${address}` } });
    await statuses(30, (at) => from(`2001:db8:1:2:${at.toString(16)}::${at.toString(16)}`));

    expect((await from('2001:db8:1:2:ffff::1')).status).to.equal(429);
    expect((await from('2001:db8:1:3::1')).status).to.equal(401);
  });

  it('keeps counting when the clock is set back, and never names a time beyond its window', async () => {
    await start({ rateLimits });
    const headers = await gateway.bearer({ exp: Math.floor(Date.now() / 1_000) + 3_600 });
    const post = () => fetch(`${gateway.url}/api/mocs`, { method: 'POST', headers });
    await statuses(3, post);
    const clock = useFakeTimers({ now: Date.now() - 3_600_000, toFake: ['Date'] });
    try {
      const refusal = await post();
      expect(refusal.status).to.equal(429);
      expect(Number(refusal.headers.get('retry-after'))).to.be.within(1, 60);
    } finally {
      clock.restore();
    }
  });
});

describe('counting addresses', () => {
  for (const [address, countedAddress] of [
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::ffff', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ] as const)
    it(`counts ${address} as ${countedAddress}`, () => {
      expect(limitedAddress(address)).to.equal(countedAddress);
    });
});
