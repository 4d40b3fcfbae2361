import { expect } from 'chai';
import { fakeUpstream, startGateway, type FakeUpstream, type GatewayForTests } from '../testing/gateway-for-tests.ts';
import { AREAS } from './areas.ts';

describe('serving beside a monolith', () => {
  let service: FakeUpstream;
  let monolith: FakeUpstream;
  let gateway: GatewayForTests;

  before(async () => {
    service = await fakeUpstream();
    monolith = await fakeUpstream((request, response) => {
      request.resume();
      response.writeHead(200, {
        'content-type': 'application/json',
        'set-cookie': 'session=1',
        server: 'old',
        'access-control-allow-origin': '*',
        'x-correlation-id': 'theirs',
        location: 'http://monolith.internal/',
      });
      response.end('{"status":200,"message":"","data":null}');
    });
    gateway = await startGateway({
      upstream: service.url,
      config: {
        monolith: {
          ...{ url: monolith.url, areas: AREAS.filter(({ name }) => name !== 'gallery') },
          ...{ keyPath: '', comparedPerSecond: 50 },
        },
      },
    });
  });
  beforeEach(() => {
    service.requests.length = 0;
    monolith.requests.length = 0;
  });
  after(async () => {
    await gateway.stop();
    await Promise.all([service.stop(), monolith.stop()]);
  });

  const ask = async (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(gateway.url + path, {
      ...init,
      headers: { ...(await gateway.bearer()), ...Object.fromEntries(new Headers(init.headers)) },
    });
  const urls = ({ requests }: FakeUpstream): readonly (string | undefined)[] => requests.map(({ url }) => url);

  for (const path of [
    '/api/wishlist?category=Space',
    '/api/mocs/search?q=a',
    '/api/users/7',
    '/api/anything/else',
    '/uploads/a.png',
  ])
    it(`passes ${path} to the monolith as it is`, async () => {
      expect((await ask(path)).status).to.equal(200);
      expect(urls(monolith)).to.deep.equal([path]);
      expect(service.requests).to.have.length(0);
    });

  for (const [path, target] of [
    ['/v1/wishlist', '/v1/wishlist'],
    ['/v1/mocs/1', '/v1/mocs/1'],
    ['/api/gallery', '/v1/gallery'],
    ['/api/search', '/v1/search'],
  ] as const)
    it(`passes ${path} to its service`, async () => {
      expect((await ask(path)).status).to.equal(200);
      expect(urls(service)).to.deep.equal([target]);
      expect(monolith.requests).to.have.length(0);
    });

  it('gives the monolith the verified token, and no header that only the gateway may set', async () => {
    const { authorization } = await gateway.bearer();
    await fetch(`${gateway.url}/api/wishlist`, {
      headers: { cookie: `token=${authorization.slice('Bearer '.length)}; other=1`, 'x-user-id': 'eve' },
    });
    const { headers } = monolith.requests[0] ?? { headers: {} };
    expect(headers).to.include({ authorization });
    expect(headers).to.not.have.any.keys('cookie', 'x-user-id', 'x-user-context');
  });

  it('believes no header of the monolith but those of its body', async () => {
    const { headers } = await ask('/api/wishlist');
    for (const name of ['set-cookie', 'server', 'access-control-allow-origin', 'location'])
      expect(headers.get(name), name).to.equal(null);
    expect(headers.get('x-correlation-id')).to.not.equal('theirs');
    expect(headers.get('content-security-policy')).to.include("default-src 'none'");
  });

  it('marks the contract of the monolith as deprecated', async () => {
    const { headers } = await ask('/api/wishlist');
    expect(headers.get('deprecation')).to.match(/^@\d+$/);
    expect(headers.get('link')).to.equal('</v1/wishlist>; rel="successor-version"');
  });

  it('lets the monolith say what it says to strangers', async () => {
    await fetch(`${gateway.url}/api/mocs`);
    expect(monolith.requests[0]?.headers).to.not.have.property('authorization');
  });

  it('refuses in the form of the monolith where clients expect it', async () => {
    const reply = await fetch(`${gateway.url}/api/wishlist`);
    expect(reply.status).to.equal(401);
    expect(await reply.json()).to.deep.equal({
      ...{ status: 401, error: 'UNAUTHORIZED' },
      message: 'Sign in first: send a bearer token or the cookie "token".',
    });
  });

  it('takes no write of the platform’s contract for a user that has not moved', async () => {
    const reply = await ask('/v1/wishlist', { method: 'POST', body: '{}' });
    expect(reply.status).to.equal(409);
    expect(await reply.json()).to.include({ type: 'urn:lego-moc:problem:not-moved-yet' });
    expect(service.requests).to.have.length(0);
  });
});

describe('a monolith that is away', () => {
  it('is answered for with 503 and Retry-After, in its own form', async () => {
    const service = await fakeUpstream();
    const monolith = await fakeUpstream();
    await monolith.stop();
    const gateway = await startGateway({
      upstream: service.url,
      config: { monolith: { url: monolith.url, areas: AREAS, keyPath: '', comparedPerSecond: 0 } },
    });
    const reply = await fetch(`${gateway.url}/api/wishlist`, { headers: await gateway.bearer() });
    expect(reply.status).to.equal(503);
    expect(reply.headers.get('retry-after')).to.equal('5');
    expect(await reply.json()).to.include({ status: 503, error: 'INTERNAL_ERROR' });
    expect((await fetch(`${gateway.url}/v1/mocs`, { headers: await gateway.bearer() })).status).to.equal(200);
    await gateway.stop();
    await service.stop();
  });
});
