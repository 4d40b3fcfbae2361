import { expect } from 'chai';
import { readConfig, type Config } from '../config.ts';
import { ROUTES, type Route } from '../routing/routes.ts';
import { fakeUpstream, startGateway, type FakeUpstream, type GatewayForTests } from '../testing/gateway-for-tests.ts';

/** One request per address. */
const ONE_REQUEST = { ...readConfig({}).rateLimits, scale: 1 / 3_000 };

const SHOP = 'https://shop.example';

describe('answering browsers', () => {
  let upstream: FakeUpstream;
  let gateway: GatewayForTests;
  const start = async (
    config: Partial<Config> = {},
    routes?: readonly Route[],
    more: Readonly<Record<string, string | string[]>> = {},
  ): Promise<void> => {
    upstream = await fakeUpstream((_request, response) => {
      response.writeHead(200, { etag: '"3"', 'content-security-policy': 'sandbox; upstream', ...more }).end('{}');
    });
    gateway = await startGateway({ upstream: upstream.url, config, ...(routes === undefined ? {} : { routes }) });
  };
  afterEach(async () => {
    await gateway.stop();
    await upstream.stop();
  });
  const ask = async (headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}/api/mocs`, { headers: { ...(await gateway.bearer()), ...headers } });

  it('lets pages of known origins read answers', async () => {
    await start({ corsOrigins: [SHOP] });
    const { headers } = await ask({ origin: SHOP });

    expect(headers.get('access-control-allow-origin')).to.equal(SHOP);
    expect(headers.get('access-control-allow-credentials')).to.equal('true');
    expect(headers.get('access-control-expose-headers')).to.include('ETag').and.include('RateLimit');
    expect(headers.get('vary')).to.equal('Origin');
  });

  it('lets them read refusals as well', async () => {
    await start({ corsOrigins: [SHOP] });
    const reply = await fetch(`${gateway.url}/api/mocs`, { headers: { origin: SHOP } });

    expect(reply.status).to.equal(401);
    expect(reply.headers.get('access-control-allow-origin')).to.equal(SHOP);
  });

  it('lets them read 429 and its Retry-After', async () => {
    await start({ corsOrigins: [SHOP], rateLimits: ONE_REQUEST });
    await ask({ origin: SHOP });
    for (const path of ['/api/mocs', '/api/mocs//1']) {
      const { status, headers } = await fetch(gateway.url + path, { headers: { origin: SHOP } });

      expect(status).to.equal(429);
      expect(headers.get('access-control-allow-origin')).to.equal(SHOP);
      expect(headers.get('access-control-expose-headers')).to.include('Retry-After');
      expect(headers.has('retry-after')).to.equal(true);
    }
  });

  it('varies answers by Origin even without one, behind the service’s own Vary', async () => {
    await start({ corsOrigins: [SHOP] }, undefined, { vary: ['Accept', 'Accept-Language'] });
    const upstreamAnswer = await ask();
    const refusal = await fetch(`${gateway.url}/api/mocs`);

    expect(upstreamAnswer.headers.get('vary')).to.equal('Accept, Accept-Language, Origin');
    expect(refusal.headers.get('vary')).to.equal('Origin');
  });

  it('does not vary by Origin where no origin is allowed', async () => {
    await start();

    expect((await ask({ origin: SHOP })).headers.has('vary')).to.equal(false);
  });

  it('answers a preflight itself, without a token', async () => {
    await start({ corsOrigins: [SHOP] });
    const preflight = {
      origin: SHOP,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'if-match',
    };
    const reply = await fetch(`${gateway.url}/api/mocs`, { method: 'OPTIONS', headers: preflight });

    expect(reply.status).to.equal(204);
    expect(reply.headers.get('access-control-allow-methods')).to.include('PUT');
    expect(reply.headers.get('access-control-allow-headers')).to.include('If-Match');
    expect(upstream.requests).to.have.length(0);
  });

  for (const origin of ['https://evil.example', 'null', 'https://shop.example.evil.example', 'http://shop.example'])
    it(`sends no CORS headers to pages of ${origin}`, async () => {
      await start({ corsOrigins: [SHOP] });
      const preflight = await fetch(`${gateway.url}/api/mocs`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'PUT' },
      });
      const { headers } = await ask({ origin });

      for (const name of ['access-control-allow-origin', 'access-control-allow-methods']) {
        expect(headers.has(name)).to.equal(false);
        expect(preflight.headers.has(name)).to.equal(false);
      }
    });

  it('sends a strict content security policy, and lets the service be stricter', async () => {
    await start();
    const upstreamAnswer = (await ask()).headers;
    const refusal = (await fetch(`${gateway.url}/nowhere`)).headers;

    for (const headers of [upstreamAnswer, refusal]) {
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('strict-transport-security')).to.include('max-age=');
      expect(headers.get('referrer-policy')).to.equal('no-referrer');
      expect(headers.has('x-powered-by')).to.equal(false);
    }
    expect(refusal.get('content-security-policy'))
      .to.include("default-src 'none'")
      .and.include("frame-ancestors 'none'");
    expect(upstreamAnswer.get('content-security-policy')).to.equal('sandbox; upstream');
  });

  it('announces the removal of a route and its successor', async () => {
    const deprecation = {
      since: new Date('2026-01-01T00:00:00Z'),
      sunset: new Date('2027-01-01T00:00:00Z'),
      successor: '/v2/mocs',
    };
    await start({}, [{ ...ROUTES[0]!, deprecation }]);
    const { headers } = await ask();

    expect(headers.get('deprecation')).to.equal('@1767225600');
    expect(headers.get('sunset')).to.equal('Fri, 01 Jan 2027 00:00:00 GMT');
    expect(headers.get('link')).to.equal('</v2/mocs>; rel="successor-version"');
  });

  it('appends the successor behind the links of the service', async () => {
    const deprecation = { since: new Date('2026-01-01T00:00:00Z'), successor: '/v2/mocs' };
    await start({}, [{ ...ROUTES[0]!, deprecation }], { link: '</v1/mocs?after=9>; rel="next"' });

    expect((await ask()).headers.get('link')).to.equal(
      '</v1/mocs?after=9>; rel="next", </v2/mocs>; rel="successor-version"',
    );
  });

  it('answers 404 to strangers at /ready', async () => {
    await start({ trustedProxies: 1 });
    const outside = await fetch(`${gateway.url}/ready`, { headers: { 'x-forwarded-for': '203.0.113.7' } });

    expect(outside.status).to.equal(404);
    expect((await fetch(`${gateway.url}/ready`)).status).to.equal(200);
  });

  it('shows its metrics to the platform’s own machines only', async () => {
    await start({ trustedProxies: 1 });
    const outside = await fetch(`${gateway.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
    await ask();
    const inside = await fetch(`${gateway.url}/metrics`);

    expect(outside.status).to.equal(404);
    expect(await inside.text())
      .to.match(/http_request_duration_seconds_count\{.*route="\/api\/mocs",status="200".*\} 1/)
      .and.include('gateway_breaker_open');
  });
});
