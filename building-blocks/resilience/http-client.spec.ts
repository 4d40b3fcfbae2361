import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { silentLogger } from '@lego-moc/logger/logger';
import type { UserId } from '@lego-moc/kernel/message';
import {
  ServiceUnavailable,
  serviceClient,
  type Call,
  type ServiceClient,
  type ServiceClientOptions,
} from './http-client.ts';

const context = { correlationId: 'c-12345678', traceparent: '00-a-b-01' };
const get: Call = { method: 'GET', path: '/v1/things?x=1', context };

describe('calling another service', () => {
  let server: Server;
  let client: ServiceClient;
  let asked: { method: string; url: string; headers: Record<string, unknown>; body: string }[];

  const start = async (answer: RequestListener, options: Partial<ServiceClientOptions> = {}): Promise<void> => {
    asked = [];
    server = createServer((request, response) => {
      const seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: '' };
      asked.push(seen);
      request.on('data', (chunk: Buffer) => (seen.body += chunk.toString()));
      request.once('end', () => answer(request, response));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = serviceClient({ service: 'things', baseUrl, logger: silentLogger, ...options });
  };
  afterEach(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
  });
  const fails = (call: Call): Promise<unknown> =>
    client.call(call).then(
      () => 'answered',
      (error: unknown) => error,
    );
  const after =
    (failures: number): RequestListener =>
    (_request, response) => {
      if (asked.length <= failures) response.writeHead(503).end();
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"n":1}');
    };

  it('sends what identifies the request, signed, and reads the answer', async () => {
    const sign: ServiceClientOptions['sign'] = (audience, { user }) =>
      Promise.resolve({ 'x-service-context': `${audience} for ${user?.id ?? 'nobody'}` });
    await start(after(0), { sign });
    const user = { id: 'ada' as UserId, roles: [] };
    const reply = await client.call({ ...get, method: 'POST', json: { a: 1 }, context: { ...context, user } });

    expect(reply).to.deep.include({ status: 200, body: { n: 1 } });
    expect(asked[0]).to.include({ method: 'POST', url: '/v1/things?x=1', body: '{"a":1}' });
    expect(asked[0]!.headers).to.include({
      'x-correlation-id': 'c-12345678',
      traceparent: '00-a-b-01',
      'x-service-context': 'things for ada',
      'content-type': 'application/json',
    });
  });

  it('asks again up to three times for what may be repeated', async () => {
    await start(after(3));

    expect((await client.call(get)).status).to.equal(200);
    expect(asked).to.have.length(4);
  });

  it('gives up after that', async () => {
    await start(after(9));

    expect(await fails(get)).to.be.instanceOf(ServiceUnavailable);
    expect(asked).to.have.length(4);
  });

  it('asks once for what may not be repeated', async () => {
    await start(after(1));

    expect(await fails({ ...get, method: 'POST', json: {} })).to.be.instanceOf(ServiceUnavailable);
    expect(asked).to.have.length(1);
  });

  it('asks again for a change that carries an Idempotency-Key', async () => {
    await start(after(1));
    const reply = await client.call({ ...get, method: 'POST', json: {}, headers: { 'idempotency-key': 'k' } });

    expect(reply.status).to.equal(200);
    expect(asked).to.have.length(2);
  });

  it('takes a refusal for an answer', async () => {
    await start((_request, response) => {
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end('{"status":404}');
    });

    expect(await client.call(get)).to.deep.include({ status: 404, body: { status: 404 } });
    expect(asked).to.have.length(1);
  });

  it('does not wait for ever', async () => {
    await start(() => undefined, { timeoutMs: 50 });

    expect(await fails({ ...get, idempotent: false })).to.be.instanceOf(ServiceUnavailable);
  });

  it('stops asking a service that keeps failing', async () => {
    await start(after(1_000));
    for (let times = 0; times < 12; times += 1) await fails({ ...get, idempotent: false });

    expect(asked).to.have.length(10);
  });

  it('streams a body there and an answer back', async () => {
    await start((_request, response) => response.writeHead(200).end('x'.repeat(1_000_000)));
    const reply = await client.stream({ ...get, method: 'POST', body: Readable.from(['one', 'two']) });

    const answered = await reply.body.toArray();
    expect(Buffer.concat(answered as Buffer[])).to.have.length(1_000_000);
    expect(asked[0]!.body).to.equal('onetwo');
  });

  it('ends when the caller no longer wants to know', async () => {
    const gone = new AbortController();
    await start(() => gone.abort());

    const error = (await fails({ ...get, signal: gone.signal })) as Error;
    expect(error).not.to.be.instanceOf(ServiceUnavailable);
    expect(asked).to.have.length(1);
  });
});
