import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { silentLogger } from '@lego-moc/logger/logger';
import type { UserId } from '@lego-moc/kernel/message';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { serviceClientMetrics } from './call-metrics.ts';
import type { ServiceClientOptions } from './dispatch.ts';
import { serviceClient, type ServiceClient } from './http-client.ts';
import { ServiceUnavailable, type Call } from './service-call.ts';

const context = { correlationId: 'c-12345678', traceparent: '00-a-b-01' };
const get: Call = { method: 'GET', path: '/v1/things?x=1', context };

describe('serviceClient', () => {
  let server: Server;
  let client: ServiceClient;
  let requests: { method: string; url: string; headers: Record<string, unknown>; body: string }[];

  const start = async (answer: RequestListener, options: Partial<ServiceClientOptions> = {}): Promise<void> => {
    requests = [];
    server = createServer((request, response) => {
      const receivedRequest = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: '',
      };
      requests.push(receivedRequest);
      request.on('data', (chunk: Buffer) => (receivedRequest.body += chunk.toString()));
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
      if (requests.length <= failures) response.writeHead(503).end();
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"n":1}');
    };

  it('sends the signed identity of the caller, and parses the answer', async () => {
    const sign: ServiceClientOptions['sign'] = (audience, { method, path, user }) =>
      Promise.resolve({ 'x-service-context': `${audience} ${method} ${path} for ${user?.id ?? 'nobody'}` });
    await start(after(0), { sign });
    const user = { id: 'ada' as UserId, roles: [] };
    const reply = await client.call({ ...get, method: 'POST', json: { a: 1 }, context: { ...context, user } });

    expect(reply).to.deep.include({ status: 200, body: { n: 1 } });
    expect(requests[0]).to.include({ method: 'POST', url: '/v1/things?x=1', body: '{"a":1}' });
    expect(requests[0]!.headers).to.include({
      'x-correlation-id': 'c-12345678',
      traceparent: '00-a-b-01',
      'x-service-context': 'things POST /v1/things for ada',
      'content-type': 'application/json',
    });
  });

  it('retries an idempotent call up to three times', async () => {
    await start(after(3));

    expect((await client.call(get)).status).to.equal(200);
    expect(requests).to.have.length(4);
  });

  it('throws ServiceUnavailable after three retries', async () => {
    await start(after(9));

    expect(await fails(get)).to.be.instanceOf(ServiceUnavailable);
    expect(requests).to.have.length(4);
  });

  it('retries as often as the call says', async () => {
    await start(after(9));
    expect(await fails({ ...get, retriesMax: 1 })).to.be.instanceOf(ServiceUnavailable);
    expect(requests).to.have.length(2);
  });

  it('does not retry a POST', async () => {
    await start(after(1));

    expect(await fails({ ...get, method: 'POST', json: {} })).to.be.instanceOf(ServiceUnavailable);
    expect(requests).to.have.length(1);
  });

  it('retries a POST with an Idempotency-Key', async () => {
    await start(after(1));
    const reply = await client.call({ ...get, method: 'POST', json: {}, headers: { 'idempotency-key': 'k' } });

    expect(reply.status).to.equal(200);
    expect(requests).to.have.length(2);
  });

  it('returns a 404 as an answer', async () => {
    await start((_request, response) => {
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end('{"status":404}');
    });

    expect(await client.call(get)).to.deep.include({ status: 404, body: { status: 404 } });
    expect(requests).to.have.length(1);
  });

  it('throws ServiceUnavailable when no answer comes in time', async () => {
    await start(() => undefined, { timeoutMs: 50 });

    expect(await fails({ ...get, idempotent: false })).to.be.instanceOf(ServiceUnavailable);
  });

  it('makes no more calls once ten have failed', async () => {
    await start(after(1_000));
    for (let times = 0; times < 12; times += 1) await fails({ ...get, idempotent: false });

    expect(requests).to.have.length(10);
  });

  it('streams a body there and an answer back', async () => {
    await start((_request, response) => response.writeHead(200).end('x'.repeat(1_000_000)));
    const reply = await client.stream({ ...get, method: 'POST', body: Readable.from(['one', 'two']) });

    const chunks = await reply.body.toArray();
    expect(Buffer.concat(chunks as Buffer[])).to.have.length(1_000_000);
    expect(requests[0]!.body).to.equal('onetwo');
  });

  it('ends when the caller aborts', async () => {
    const caller = new AbortController();
    await start(() => caller.abort());

    const error = (await fails({ ...get, signal: caller.signal })) as Error;
    expect(error).not.to.be.instanceOf(ServiceUnavailable);
    expect(requests).to.have.length(1);
  });

  /** A body of two parts, the second `pauseMs` after the first. */
  const twoParts = (pauseMs: number): Readable =>
    Readable.from(
      (async function* () {
        yield 'one';
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        yield 'two';
      })(),
    );

  it('keeps an upload that takes longer than its timeout while it makes progress', async () => {
    await start((_request, response) => response.end('{}'), { uploadTimeoutMs: 300 });
    const slow = async function* () {
      for (let part = 0; part < 6; part += 1) {
        yield 'x';
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };

    expect((await client.call({ ...get, method: 'POST', body: Readable.from(slow()) })).status).to.equal(200);
  });

  it('throws ServiceUnavailable when an upload makes no progress in time', async () => {
    await start((_request, response) => response.end('{}'), { uploadTimeoutMs: 100 });

    expect(await fails({ ...get, method: 'POST', body: twoParts(1_000) })).to.be.instanceOf(ServiceUnavailable);
  });

  it('throws RequestBodyFailed when its own body breaks, and never opens the breaker for it', async () => {
    await start((_request, response) => response.end('{}'));
    const createBrokenBody = (): Readable =>
      Readable.from(
        // eslint-disable-next-line require-yield -- a body whose source breaks
        (async function* () {
          await Promise.resolve();
          throw new Error('the form was cut off');
        })(),
      );
    const errors = [];
    for (let times = 0; times < 12; times += 1)
      errors.push(await fails({ ...get, method: 'POST', body: createBrokenBody() }));

    expect(new Set(errors.map((error) => (error as Error).name))).to.deep.equal(new Set(['RequestBodyFailed']));
    expect(errors[0]).to.have.nested.property('cause.message', 'the form was cut off');
    expect((await client.call(get)).status).to.equal(200);
  });

  it('answers other calls while 70 uploads are stalled', async () => {
    await start((_request, response) => response.end('{}'));
    const controller = new AbortController();
    const uploads = Array.from({ length: 70 }, () =>
      fails({ ...get, method: 'POST', body: twoParts(60_000), signal: controller.signal }),
    );

    expect((await client.call(get)).status).to.equal(200);
    controller.abort();
    await Promise.all(uploads);
  });

  it('signs a call when a connection is free for it', async () => {
    const releases: (() => void)[] = [];
    await start((_request, response) => releases.push(() => response.end('{}')), {
      sign: () => Promise.resolve({ 'x-signed-when': String(releases.length) }),
    });
    const calls = Array.from({ length: 65 }, () => client.call(get));
    while (releases.length < 64) await new Promise((resolve) => setTimeout(resolve, 5));
    releases[0]!();
    while (releases.length < 65) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const answer of releases) answer();
    await Promise.all(calls);

    expect(requests.at(-1)!.headers['x-signed-when']).to.equal('64');
  });

  it('adds at most a fifth to the calls made when every call fails, and counts retries and failures', async () => {
    const metrics = createMetrics('caller', { processMetrics: false });
    let failing = false;
    await start(
      (_request, response) => {
        if (failing) response.writeHead(503).end();
        else response.end('{}');
      },
      { metrics: serviceClientMetrics(metrics) },
    );
    for (let times = 0; times < 100; times += 1) await client.call(get);
    failing = true;
    const before = requests.length;
    await Promise.all(Array.from({ length: 40 }, () => fails(get)));

    expect(requests.length - before).to.be.at.most(40 + 10);
    const { body } = await metrics.exposition();
    expect(body).to.match(/service_client_retries_total\{to="things",service="caller"\} 10/);
    expect(body).to.match(/service_client_failures_total\{to="things",reason="[a-z-]+",service="caller"\} \d+/);
  });
});
