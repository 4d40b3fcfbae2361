import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { readConfig } from '../config.ts';
import { serve } from '@lego-moc/http/serve';
import { silentLogger } from '@lego-moc/logger/logger';
import { fakeUpstream, startGateway, type FakeUpstream, type GatewayForTests } from '../testing/gateway-for-tests.ts';
import { headOf, sendRaw, type RawAnswer } from '../testing/raw-http.ts';

const TIMEOUTS = { ...readConfig({}).timeouts, bodyTimeoutMs: 200, readTimeoutMs: 200, answerTimeoutMs: 200 };

describe('sending malformed requests', () => {
  let upstream: FakeUpstream;
  let gateway: GatewayForTests;
  let token: string;
  before(async () => {
    upstream = await fakeUpstream();
    gateway = await startGateway({ upstream: upstream.url, config: { timeouts: TIMEOUTS } });
    token = (await gateway.bearer()).authorization;
  });
  after(async () => {
    await gateway.stop();
    await upstream.stop();
  });
  beforeEach(() => upstream.requests.splice(0));

  const raw = (bytes: string | Buffer, keepSending?: (socket: Socket) => void): Promise<RawAnswer> =>
    sendRaw(gateway.port, bytes, keepSending);
  const head = (line: string, ...headers: string[]): string =>
    headOf(line, 'Host: x', `Authorization: ${token}`, ...headers);

  for (const path of [
    '/api/mocs/../../ops/search/projections',
    '/api/mocs/%2e%2e/%2E%2e/ops/search',
    '/api//mocs',
    '/api/mocs%2f1',
    '/api/mocs/1%00',
    '/api/mocs/..%5c1',
    '/api/mocs\\1',
    '/api/mocs/%ff',
    '/api/mocs/%zz',
    '/api/mocs#x',
    'api/mocs',
    'http:///api/mocs',
  ])
    it(`refuses the path ${path}`, async () => {
      const answer = await raw(head(`GET ${path} HTTP/1.1`, 'Connection: close'));

      expect(answer.status).to.equal(400);
      expect(answer.code).to.be.oneOf(['target-ambiguous', 'malformed-request']);
      expect(upstream.requests).to.have.length(0);
    });

  for (const [name, bytesOf, status, code] of [
    ['a line that is no request', () => 'BRICKS\r\n\r\n', 400, 'malformed-request'],
    ['a NUL in a header', () => head('GET /api/mocs HTTP/1.1', 'X-A: a\0b'), 400, 'malformed-request'],
    [
      'Content-Length beside Transfer-Encoding',
      () => head('POST /api/mocs HTTP/1.1', 'Content-Length: 4', 'Transfer-Encoding: chunked') + '0\r\n\r\n',
      400,
      'malformed-request',
    ],
    [
      'two Content-Lengths',
      () => head('POST /api/mocs HTTP/1.1', 'Content-Length: 4', 'Content-Length: 5') + 'abcd',
      400,
      'malformed-request',
    ],
    [
      'a header of 20 KiB',
      () => head('GET /api/mocs HTTP/1.1', `X-A: ${'a'.repeat(20_000)}`),
      431,
      'headers-too-large',
    ],
    [
      'a target of 9 KiB',
      () => head(`GET /api/mocs?q=${'a'.repeat(9_000)} HTTP/1.1`, 'Connection: close'),
      414,
      'target-too-long',
    ],
    [
      'a transfer coding that it does not know',
      () => head('POST /api/mocs HTTP/1.1', 'Transfer-Encoding: gzip, chunked', 'Connection: close') + '0\r\n\r\n',
      501,
      'transfer-coding-unknown',
    ],
    [
      'an expectation that it does not know',
      () => head('POST /api/mocs HTTP/1.1', 'Content-Length: 2', 'Expect: cake', 'Connection: close') + 'ab',
      417,
      'expectation-failed',
    ],
    [
      'a header continued on the next line',
      () => head('GET /api/mocs HTTP/1.1', 'X-A: b\r\n c'),
      400,
      'malformed-request',
    ],
    ['a space before the colon', () => head('GET /api/mocs HTTP/1.1', 'X-A : b'), 400, 'malformed-request'],
    ['lines that end in LF alone', () => 'GET /api/mocs HTTP/1.1\nHost: x\n\n', 400, 'malformed-request'],
    ['no Host', () => headOf('GET /api/mocs HTTP/1.1', 'Connection: close'), 400, 'host-ambiguous'],
    ['two Hosts', () => head('GET /api/mocs HTTP/1.1', 'Host: y', 'Connection: close'), 400, 'host-ambiguous'],
    [
      'a Host that is none',
      () => headOf('GET /api/mocs HTTP/1.1', 'Host: x/api/mocs', 'Connection: close'),
      400,
      'host-ambiguous',
    ],
    ...['user:pw@evil.test', 'user:pw@evil.test,other', '@evil.test', 'evil.test,other', ':80', 'evil.test:port'].map(
      (authority) =>
        [
          `a target at ${authority}`,
          () => head(`GET http://${authority}/api/mocs HTTP/1.1`, 'Connection: close'),
          400,
          'host-ambiguous',
        ] as const,
    ),
    [
      'all there is for anything but OPTIONS',
      () => head('GET * HTTP/1.1', 'Connection: close'),
      400,
      'target-ambiguous',
    ],
    ['the method TRACE', () => head('TRACE /api/mocs HTTP/1.1', 'Connection: close'), 405, 'method-not-allowed'],
    [
      'a body announced too large',
      () => head('POST /api/mocs HTTP/1.1', 'Content-Length: 1048577'),
      413,
      'body-too-large',
    ],
    [
      'a body announced too large that waits to be asked for',
      () => head('POST /api/mocs/with-files HTTP/1.1', 'Content-Length: 200000000', 'Expect: 100-continue'),
      413,
      'body-too-large',
    ],
  ] as const)
    it(`refuses ${name}`, async () => {
      const answer = await raw(bytesOf());

      expect(answer).to.include({ status, code });
      expect(answer.text).not.to.match(/100 Continue|\n {4}at /);
      expect(upstream.requests).to.have.length(0);
    });

  it('cuts off a chunked body at its limit, and still delivers the answer', async () => {
    const chunk = `10000\r\n${'a'.repeat(65_536)}\r\n`;
    const answer = await raw(head('POST /api/mocs HTTP/1.1', 'Transfer-Encoding: chunked'), (socket) => {
      for (let chunks = 0; chunks < 20; chunks += 1) socket.write(chunk);
    });

    expect(answer).to.include({ status: 413, code: 'body-too-large' });
  });

  it('forwards nothing when the body is shorter than announced', async () => {
    const whole = new Promise<void>((resolve) => {
      const socket = connect(gateway.port, '127.0.0.1', () => {
        socket.end(head('POST /api/mocs HTTP/1.1', 'Content-Length: 100') + 'half', () => resolve());
      });
      socket.on('error', () => undefined);
      socket.resume();
    });
    await whole;
    await pause(50);

    expect(upstream.requests).to.have.length(0);
  });

  it('answers pipelined requests in their order', async () => {
    const two = head('GET /api/mocs/1 HTTP/1.1') + head('GET /api/nothing HTTP/1.1', 'Connection: close');
    const { text } = await raw(two);

    expect([...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status)).to.deep.equal(['200', '404']);
  });

  it('cuts off a client that does not finish the header', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => raw('GET /api/mocs HTTP/1.1\r\nHost: x\r\nX-A: b')),
    );

    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([408]));
  });

  it('answers 408 to a small body that does not arrive in full', async () => {
    const answer = await raw(head('POST /api/mocs HTTP/1.1', 'Content-Length: 100') + 'a');

    expect(answer).to.include({ status: 408, code: 'request-too-slow' });
    expect(upstream.requests).to.have.length(0);
  });

  for (const [page, status] of [
    ['/docs', 404],
    ['/api/nothing', 404],
  ] as const) {
    const post = (...headers: string[]) =>
      head(`POST ${page} HTTP/1.1`, 'Content-Type: application/json', 'Content-Length: 100', ...headers);

    it(`answers at ${page} without the body, and cuts off a client that does not finish it`, async () => {
      const cutOff = Promise.withResolvers<undefined>();
      const answer = await raw(`${post()}a`, (socket) => socket.once('end', () => cutOff.resolve(undefined)));

      expect(answer.status).to.equal(status);
      await cutOff.promise;
    });

    it(`answers Expect: 100-continue at ${page} without asking for the body`, async () => {
      const answer = await raw(post('Expect: 100-continue'));

      expect(answer.status).to.equal(status);
      expect(answer.text).not.to.include('100 Continue');
    });
  }

  it('answers 408 to a large body that stalls', async () => {
    const answer = await raw(head('POST /api/mocs/with-files HTTP/1.1', 'Content-Length: 1000000') + 'a'.repeat(100));

    expect(answer).to.include({ status: 408, code: 'request-too-slow' });
  });
});

describe('cutting off slow clients and services', () => {
  let upstream: FakeUpstream;
  let gateway: GatewayForTests;
  afterEach(async () => {
    await gateway.stop();
    await upstream.stop();
  });

  it('aborts the upstream request when the client does not read the answer', async () => {
    const abort = Promise.withResolvers<string>();
    upstream = await fakeUpstream((_request, response) => {
      response.once('close', () => abort.resolve('abandoned'));
      response.writeHead(200);
      response.write(Buffer.alloc(50_000_000));
    });
    gateway = await startGateway({ upstream: upstream.url, config: { timeouts: TIMEOUTS } });
    const { authorization } = await gateway.bearer();
    const socket = connect(gateway.port, '127.0.0.1', () => {
      socket.write(`GET /api/mocs HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`);
      socket.pause();
    });
    socket.on('error', () => undefined);

    expect(await abort.promise).to.equal('abandoned');
    socket.destroy();
  });

  it('answers 504 when the service sends no head in time', async () => {
    upstream = await fakeUpstream(() => undefined);
    gateway = await startGateway({ upstream: upstream.url, config: { timeouts: TIMEOUTS } });
    const reply = await fetch(`${gateway.url}/api/mocs`, { headers: await gateway.bearer() });

    expect(reply.status).to.equal(504);
    expect(((await reply.json()) as { type: string }).type).to.equal('urn:lego-moc:problem:service-timeout');
  });

  it('forwards 15,000 bytes of header fields to a service, with its own fields besides', async () => {
    const service = await serve((_request, response) => response.end('{}'), {
      port: 0,
      logger: silentLogger,
      signals: false,
    });
    gateway = await startGateway({ upstream: service.url });
    upstream = await fakeUpstream();
    const roles = Array.from({ length: 32 }, (_, at) => `role-${at}`.padEnd(64, 'x'));
    const headers = { ...(await gateway.bearer({ roles })), 'user-agent': 'x'.repeat(10_500) };
    const reply = await fetch(`${gateway.url}/api/mocs`, { headers });
    await service.stop();

    expect(reply.status).to.equal(200);
  });
});
