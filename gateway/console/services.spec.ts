import { expect } from 'chai';
import { fakeUpstream, startGateway, type FakeUpstream, type GatewayForTests } from '../testing/gateway-for-tests.ts';

type Reply = {
  readonly services: readonly { name: string; isReady: boolean; reason: string | null; traffic: object | null }[];
};

const NO_SERVICE = 'http://127.0.0.1:9';

describe('gathering the state of services for the console', () => {
  let upstream: FakeUpstream;
  let gateway: GatewayForTests;
  before(async () => {
    upstream = await fakeUpstream(({ url }, response) => {
      if (url === '/metrics') response.end('http_request_duration_seconds_count{route="/v1/search",status="200"} 7\n');
      else response.writeHead(503).end('{"detail":"The event store is away."}');
    });
    gateway = await startGateway({
      upstream: NO_SERVICE,
      config: { upstreams: { search: upstream.url, gallery: NO_SERVICE } },
    });
  });
  after(async () => {
    await gateway.stop();
    await upstream.stop();
  });

  const get = async (roles: readonly string[]): Promise<Response> =>
    fetch(`http://127.0.0.1:${gateway.port}/console/api/services`, { headers: await gateway.bearer({ roles }) });

  it('tells a service that is not ready from one that does not answer', async () => {
    const { services } = (await (await get(['operator'])).json()) as Reply;

    expect(services.map(({ name, reason }) => [name, reason])).to.deep.equal([
      ['gateway', null],
      ['search', 'The event store is away.'],
      ['gallery', 'It does not answer.'],
    ]);
    expect(services.map(({ traffic }) => traffic !== null)).to.deep.equal([true, true, false]);
  });

  it('names no address of a service', async () => {
    expect(await (await get(['operator'])).text()).not.to.match(/127\.0\.0\.1|https?:/);
  });

  it('asks services once for many consoles', async () => {
    const before = upstream.requests.length;
    await Promise.all([get(['operator']), get(['operator']), get(['operator'])]);

    expect(upstream.requests.length - before).to.be.at.most(2);
  });

  it('refuses who is no operator', async () => {
    expect((await get(['builder'])).status).to.equal(403);
    expect((await fetch(`http://127.0.0.1:${gateway.port}/console/api/services`)).status).to.equal(401);
  });
});
