import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { fixedKeys } from '@lego-moc/auth-middleware/public-keys';
import { verifyUserContext } from '@lego-moc/auth-middleware/user-context';
import {
  ADA,
  fakeUpstream,
  startGateway,
  type FakeUpstream,
  type GatewayForTests,
} from '../testing/gateway-for-tests.ts';

type Problem = { type: string; status: number; detail: string; instance: string; correlationId: string };

const READ = { method: 'GET', path: '/v1/mocs' };

describe('proxying a request', () => {
  let upstream: FakeUpstream;
  let gateway: GatewayForTests;

  const start = async (...parameters: Parameters<typeof fakeUpstream>): Promise<void> => {
    upstream = await fakeUpstream(...parameters);
    gateway = await startGateway({ upstream: upstream.url });
  };
  afterEach(async () => {
    await gateway.stop();
    await upstream.stop();
  });

  const get = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(gateway.url + path, { headers: { ...(await gateway.bearer()), ...headers } });

  for (const [publicPath, upstreamPath] of [
    ['/api/mocs/1?fields=title', '/v1/mocs/1?fields=title'],
    ['/v1/mocs/1', '/v1/mocs/1'],
    ['/api/search?q=crane', '/v1/search?q=crane'],
    ['/api/jobs/7', '/v1/jobs/7'],
    ['/api/catalogue/parts', '/v1/catalogue/parts'],
    ['/api/files/abc?expires=1&signature=x', '/files/abc?expires=1&signature=x'],
  ] as const)
    it(`forwards ${publicPath} as ${upstreamPath}`, async () => {
      await start();
      const reply = await get(publicPath);

      expect(reply.status).to.equal(200);
      expect(await reply.json()).to.deep.equal({ answered: true });
      expect(upstream.requests.map(({ url }) => url)).to.deep.equal([upstreamPath]);
    });

  it('sends the user to the service in a context signed for that service alone', async () => {
    await start();
    await get('/api/mocs');

    const { headers } = upstream.requests[0]!;
    const keys = fixedKeys(gateway.contextKeys.publicKeys());
    const user = await verifyUserContext(keys, 'moc-management')(String(headers['x-user-context']), READ);
    expect(user).to.deep.include({ id: ADA, roles: ['builder'] });
    expect(headers['x-user-id']).to.equal(ADA);
    expect(headers['x-user-roles']).to.equal('builder');
    const { iat = 0, exp = 0 } = decodeJwt(String(headers['x-user-context']));
    expect(exp - iat).to.equal(30);
    const refusal = await verifyUserContext(keys, 'search')(String(headers['x-user-context']), READ).catch(String);
    expect(refusal).to.include('does not hold');
  });

  it('drops the client’s own context headers', async () => {
    await start();
    await get('/api/mocs', {
      'x-user-id': 'mallory',
      'x-user-roles': 'operator',
      'x-user-context': 'forged',
      'x-service-context': 'forged',
      'x-forwarded-for': '10.0.0.1',
      'x-forwarded-host': 'evil.example',
      forwarded: 'for=10.0.0.1',
      'x-http-method-override': 'DELETE',
    });

    const { headers } = upstream.requests[0]!;
    expect(headers['x-user-id']).to.equal(ADA);
    expect(headers['x-user-roles']).to.equal('builder');
    expect(headers['x-user-context']).not.to.include('forged');
    expect(headers['x-forwarded-for']).to.equal('127.0.0.1');
    expect(headers['x-forwarded-host']).to.equal(new URL(gateway.url).host);
    for (const name of ['x-service-context', 'forwarded', 'x-http-method-override', 'authorization', 'cookie'])
      expect(headers, name).not.to.have.property(name);
  });

  it('keeps a valid correlation id and returns it, and creates one otherwise', async () => {
    await start();
    const withValidId = await get('/api/mocs', { 'x-correlation-id': 'crane-4711-abc' });
    const withInvalidId = await get('/api/mocs', { 'x-correlation-id': 'a b' });

    expect(withValidId.headers.get('x-correlation-id')).to.equal('crane-4711-abc');
    expect(upstream.requests[0]!.headers['x-correlation-id']).to.equal('crane-4711-abc');
    expect(withInvalidId.headers.get('x-correlation-id')).to.match(/^[0-9a-f-]{36}$/);
    expect(upstream.requests[1]!.headers['x-correlation-id']).to.equal(withInvalidId.headers.get('x-correlation-id'));
  });

  it('continues the trace of the client, and begins one otherwise', async () => {
    await start();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await get('/api/mocs', { traceparent: `00-${traceId}-b7ad6b7169203331-01`, tracestate: 'a=1' });
    await get('/api/mocs', { traceparent: 'nonsense', tracestate: 'a=1' });

    const [clientTrace, newTrace] = upstream.requests.map(({ headers }) => headers);
    expect(clientTrace!['traceparent']).to.match(new RegExp(`^00-${traceId}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
    expect(clientTrace!['tracestate']).to.equal('a=1');
    expect(newTrace!['traceparent']).to.match(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(newTrace).not.to.have.property('tracestate');
  });

  it('passes a large body through unchanged, both ways', async () => {
    await start((request, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      request.pipe(response);
    });
    const body = Buffer.alloc(5_000_000, 'brick');
    const reply = await fetch(`${gateway.url}/api/mocs/with-files`, {
      method: 'POST',
      body,
      headers: await gateway.bearer(),
    });

    expect(Buffer.from(await reply.arrayBuffer()).equals(body)).to.equal(true);
  });

  it('drops hop-by-hop headers', async () => {
    await start((_request, response) => {
      response.writeHead(200, { 'x-hop': '1', connection: 'x-hop', 'x-powered-by': 'bricks', 'x-kept': '1' }).end();
    });
    const reply = await get('/api/mocs', { te: 'trailers' });

    expect(upstream.requests[0]!.headers).not.to.have.property('te');
    expect(reply.headers.get('x-kept')).to.equal('1');
    expect(reply.headers.has('x-hop')).to.equal(false);
    expect(reply.headers.has('x-powered-by')).to.equal(false);
  });

  it('aborts the upstream request when the client hangs up', async () => {
    let upstreamClose: Promise<unknown> = Promise.resolve();
    const requestReceived = Promise.withResolvers<undefined>();
    await start((_request, response) => {
      upstreamClose = once(response, 'close');
      requestReceived.resolve(undefined);
    });
    const client = httpRequest(`${gateway.url}/api/mocs`, { headers: await gateway.bearer() });
    client.once('error', () => undefined);
    client.end();
    await requestReceived.promise;
    client.destroy();

    await upstreamClose;
  });

  it('aborts the upstream request when the client hangs up in the middle of an upload', async () => {
    const outcome = Promise.withResolvers<string>();
    await start((request) => {
      request.once('aborted', () => outcome.resolve('aborted'));
      request.once('end', () => outcome.resolve('whole'));
      request.resume();
    });
    const client = httpRequest(`${gateway.url}/api/mocs/with-files`, {
      method: 'POST',
      headers: { ...(await gateway.bearer()), 'content-length': '5000000' },
    });
    client.once('error', () => undefined);
    client.write(Buffer.alloc(1_000_000));
    while (upstream.requests.length === 0) await pause(5);
    client.destroy();

    expect(await outcome.promise).to.equal('aborted');
  });

  it('cuts the connection when the service cuts its answer short', async () => {
    await start((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    const reply = await get('/api/mocs');

    const read = await reply.text().then(
      () => 'whole',
      () => 'cut',
    );
    expect(read).to.equal('cut');
  });

  it('answers with a problem when the service is down', async () => {
    await start();
    await upstream.stop();
    const reply = await get('/api/mocs/1?q=1');

    expect(reply.status).to.equal(503);
    expect(reply.headers.get('content-type')).to.equal('application/problem+json');
    expect(reply.headers.get('retry-after')).to.equal('5');
    const problem = (await reply.json()) as Problem;
    expect(problem.type).to.equal('urn:lego-moc:problem:service-unavailable');
    expect(problem.instance).to.equal('/api/mocs/1');
    expect(problem.correlationId).to.equal(reply.headers.get('x-correlation-id'));
  });

  it('publishes the keys that verify its signatures', async () => {
    await start();
    const reply = await fetch(`${gateway.url}/.well-known/user-context-jwks.json`);

    const { keys } = (await reply.json()) as { keys: object[] };
    expect(keys).to.have.length(2);
    for (const key of keys) expect(key).not.to.have.property('d');
  });

  it('keeps serving through a rotation of those keys', async () => {
    await start();
    await get('/api/mocs');
    await gateway.contextKeys.rotate();
    await get('/api/mocs');

    const keys = fixedKeys(gateway.contextKeys.publicKeys());
    const contexts = upstream.requests.map(({ headers }) => String(headers['x-user-context']));
    expect(new Set(contexts).size).to.equal(2);
    for (const context of contexts)
      expect((await verifyUserContext(keys, 'moc-management')(context, READ)).id).to.equal(ADA);
  });
});
