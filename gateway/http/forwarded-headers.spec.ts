import { connect } from 'node:net';
import { expect } from 'chai';
import { fakeUpstream, startGateway, type FakeUpstream, type GatewayForTests } from '../testing/gateway-for-tests.ts';
import { headOf, sendRaw } from '../testing/raw-http.ts';

describe('forwarding headers to a service', () => {
  let upstream: FakeUpstream;
  let gateway: GatewayForTests;
  let authorization: string;

  const start = async (trustedProxies = 0): Promise<void> => {
    upstream = await fakeUpstream();
    gateway = await startGateway({ upstream: upstream.url, config: { trustedProxies } });
    ({ authorization } = await gateway.bearer());
  };
  afterEach(async () => {
    await gateway.stop();
    await upstream.stop();
  });

  /** The headers that the service received for a request with these fields. */
  const seenOf = async (line: string, ...fields: readonly string[]) => {
    const head = headOf(line, `Authorization: ${authorization}`, 'Connection: close', ...fields);
    const { status, text } = await sendRaw(gateway.port, head);
    expect(status, text).to.be.within(200, 299);
    return upstream.requests.at(-1)!.headers;
  };

  it('sends the service as Host, and the client’s host as X-Forwarded-Host', async () => {
    await start();
    const headers = await seenOf('GET /api/mocs HTTP/1.1', 'Host: api.legomoc.example');

    expect(headers.host).to.equal(new URL(upstream.url).host);
    expect(headers).to.include({ 'x-forwarded-host': 'api.legomoc.example', 'x-forwarded-proto': 'http' });
  });

  it('takes the host from an absolute target before the Host field', async () => {
    await start();
    const headers = await seenOf('GET http://real.example/api/mocs?a=1 HTTP/1.1', 'Host: other.example');

    expect(headers['x-forwarded-host']).to.equal('real.example');
    expect(upstream.requests.at(-1)!.url).to.equal('/v1/mocs?a=1');
  });

  it('appends the gateway to Via, behind earlier proxies', async () => {
    await start();
    const headers = await seenOf('GET /api/mocs HTTP/1.1', 'Host: x', 'Via: 1.0 someone');

    expect(headers['via']).to.equal('1.0 someone, 1.1 gateway');
  });

  it('drops hop-by-hop headers, and those that the client lists in Connection', async () => {
    await start();
    const ofTheConnection = ['Keep-Alive: timeout=5', 'TE: trailers', 'Upgrade: websocket', 'Proxy-Connection: close'];
    const otherFields = ['Connection: X-Mine', 'X-Mine: 1', 'Proxy-Authorization: Basic YTpi', 'X-Kept: 1'];
    const headers = await seenOf('GET /api/mocs HTTP/1.1', 'Host: x', ...ofTheConnection, ...otherFields);

    expect(headers).to.have.property('x-kept', '1');
    for (const name of ['keep-alive', 'te', 'upgrade', 'proxy-connection', 'x-mine', 'proxy-authorization'])
      expect(headers, name).not.to.have.property(name);
  });

  it('keeps the gateway’s own headers although the client lists them in Connection', async () => {
    await start();
    const headers = await seenOf(
      'GET /api/mocs HTTP/1.1',
      'Host: x',
      'Connection: X-User-Context, X-User-Id, X-Forwarded-For, X-Correlation-Id',
    );

    expect(headers).to.include.keys('x-user-context', 'x-user-id', 'x-forwarded-for', 'x-correlation-id');
  });

  it('trusts the configured number of proxies, and no more', async () => {
    await start(2);
    const headers = await seenOf(
      'GET /api/mocs HTTP/1.1',
      'Host: x',
      'X-Forwarded-For: 10.0.0.1, 203.0.113.7, 192.0.2.1',
      'X-Forwarded-Proto: https',
    );

    expect(headers).to.include({ 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' });
  });

  it('refuses metrics to a client whose address no trusted proxy names', async () => {
    await start(1);
    const own = headOf('GET /metrics HTTP/1.1', 'Host: x', 'Connection: close');
    const obfuscatedOrigin = headOf(
      'GET /metrics HTTP/1.1',
      'Host: x',
      'Connection: close',
      'X-Forwarded-For: _hidden',
    );

    expect((await sendRaw(gateway.port, own)).status).to.equal(200);
    expect((await sendRaw(gateway.port, obfuscatedOrigin)).status).to.equal(404);
  });

  it('answers OPTIONS * with its methods', async () => {
    await start();
    const { status, text } = await sendRaw(gateway.port, headOf('OPTIONS * HTTP/1.1', 'Host: x', 'Connection: close'));

    expect(status).to.equal(204);
    expect(text).to.match(/^allow: .*DELETE/im);
    expect(upstream.requests).to.have.length(0);
  });

  it('refuses CONNECT', async () => {
    await start();
    const { text } = await sendRaw(gateway.port, headOf('CONNECT 127.0.0.1:22 HTTP/1.1', 'Host: x'));

    expect(text).not.to.match(/^HTTP\/1\.1 2/);
  });

  it('reuses its connections to a service', async () => {
    const sockets = new Set<unknown>();
    upstream = await fakeUpstream((request, response) => {
      sockets.add(request.socket);
      response.end('{}');
    });
    gateway = await startGateway({ upstream: upstream.url });
    const headers = await gateway.bearer();
    for (let times = 0; times < 10; times += 1) await (await fetch(`${gateway.url}/api/mocs`, { headers })).text();

    expect(upstream.requests).to.have.length(10);
    expect(upstream.requests.map(({ headers: { connection } }) => connection))
      .to.include('keep-alive')
      .and.not.include('close');
    expect(sockets.size).to.equal(1);
  });

  it('keeps the connection of a client for several requests', async () => {
    await start();
    const socket = connect(gateway.port, '127.0.0.1');
    const request = headOf('GET /api/mocs HTTP/1.1', 'Host: x', `Authorization: ${authorization}`);
    for (let times = 1; times <= 3; times += 1) {
      socket.write(request);
      const chunk = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
      expect(chunk.toString('latin1')).to.match(/^HTTP\/1\.1 200/);
      expect(upstream.requests).to.have.length(times);
    }
    socket.destroy();
  });
});
