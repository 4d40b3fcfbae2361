import { request as httpRequest } from 'node:http';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { createLogger } from '@lego-moc/logger/logger';
import { fakeUpstream, startGateway, type FakeUpstream, type GatewayForTests } from '../testing/gateway-for-tests.ts';
import { headOf, sendRaw } from '../testing/raw-http.ts';

type Line = Readonly<Record<string, unknown>>;

const UNANSWERED_PATH = '/api/mocs/held';

describe('the access log and metrics of the gateway', () => {
  let upstream: FakeUpstream;
  let gateway: GatewayForTests;
  let authorization: string;
  let output: string;

  /** Access log lines; throws on a line that is not JSON. */
  const lines = (): readonly Line[] =>
    output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line)
      .filter(({ message }) => message === 'request' || message === 'no request');
  const untilWritten = async (count: number): Promise<readonly Line[]> => {
    while (lines().length < count) await pause(5);
    await pause(20);
    return lines();
  };

  beforeEach(async () => {
    const out = new PassThrough();
    output = '';
    out.on('data', (chunk: Buffer) => (output += chunk.toString()));
    upstream = await fakeUpstream((request, response) => {
      if (request.url === UNANSWERED_PATH.replace('api', 'v1')) return;
      response.writeHead(request.url === '/v1/mocs/broken' ? 500 : 200).end('{}');
    });
    gateway = await startGateway({ upstream: upstream.url, logger: createLogger('gateway', 'info', out) });
    ({ authorization } = await gateway.bearer());
  });
  afterEach(async () => {
    await gateway.stop();
    await upstream.stop();
  });
  const get = (path: string, headers: Record<string, string> = { authorization }): Promise<Response> =>
    fetch(gateway.url + path, { headers });
  const raw = (line: string, ...fields: string[]) => sendRaw(gateway.port, headOf(line, ...fields));

  it('writes one line of JSON per request, whatever its outcome', async () => {
    await get('/api/mocs/1?q=secret', { authorization, 'user-agent': 'bricks/1' });
    await get('/api/mocs/broken');
    await get('/api/mocs', {});
    await get('/ops/search/projections');
    await get('/nowhere');
    await get('/docs');
    await raw('GET /api//mocs HTTP/1.1', 'Host: x', 'Connection: close');
    await raw('BRICKS');
    const entries = await untilWritten(8);

    expect(entries.map(({ status, path }) => `${String(status)} ${String(path)}`)).to.deep.equal([
      '200 /api/mocs/1',
      '500 /api/mocs/broken',
      '401 /api/mocs',
      '403 /ops/search/projections',
      '404 /nowhere',
      '200 /docs',
      '400 /api//mocs',
      '400 undefined',
    ]);
    expect(entries[0]).to.include({
      level: 'info',
      service: 'gateway',
      method: 'GET',
      upstream: 'moc-management',
      user: 'ada',
      client: '127.0.0.1',
      agent: 'bricks/1',
    });
    expect(entries[0]).to.include.keys('timestamp', 'ms', 'correlationId', 'traceId');
    expect(new Set(entries.map(({ correlationId }) => correlationId)).size).to.equal(8);
  });

  it('shows only the path of a target, in the log and in a problem', async () => {
    for (const target of [
      'http://ada:secret@evil.test,other/api/mocs?q=secret',
      'HTTPS://secret@x/api/mocs/../1',
      'ftp://ada:secret@x/api/mocs',
      'http://ada:secret@x',
      'http://secret.test/nowhere',
    ]) {
      const { status, text } = await raw(`GET ${target} HTTP/1.1`, 'Host: x', 'Connection: close');
      expect(status, target).to.be.within(400, 404);
      expect(text, target).to.include('"instance":"/').and.not.include('secret');
    }
    const paths = (await untilWritten(5)).map(({ path }) => path);

    expect(paths).to.deep.equal(['/api/mocs', '/api/mocs/../1', '/api/mocs', '/', '/nowhere']);
    expect(output).not.to.include('secret');
  });

  it('records 499 when the client hangs up before the answer', async () => {
    const client = httpRequest(gateway.url + UNANSWERED_PATH, { headers: { authorization } });
    client.on('error', () => undefined);
    client.end();
    while (upstream.requests.length === 0) await pause(5);
    client.destroy();
    const [line] = await untilWritten(1);

    expect(line).to.include({ status: 499, cut: true, path: UNANSWERED_PATH });
  });

  it('returns a correlation id with every answer, the same as in its log', async () => {
    const answerIds = [];
    for (const [path, headers] of [
      ['/api/mocs', { authorization }],
      ['/api/mocs', {}],
      ['/nowhere', {}],
      ['/docs/openapi.json', {}],
      ['/health', {}],
      ['/api/mocs', { 'x-correlation-id': 'mine-0815-abcdef' }],
    ] as const)
      answerIds.push((await get(path, { ...headers })).headers.get('x-correlation-id'));
    for (const bytes of ['BRICKS\r\n\r\n', headOf('GET /api//x HTTP/1.1', 'Host: x', 'Connection: close')])
      answerIds.push(/x-correlation-id: (\S+)/i.exec((await sendRaw(gateway.port, bytes)).text)?.[1]);
    // Probes of load balancers are not worth a line each.
    const loggedIds = (await untilWritten(7)).map(({ correlationId }) => correlationId);

    expect(answerIds[5]).to.equal('mine-0815-abcdef');
    expect(new Set(answerIds).size).to.equal(8);
    expect(answerIds).to.include.members(loggedIds);
    expect(loggedIds).to.have.length(7);
  });

  it('counts requests, errors and durations by route', async () => {
    await get('/api/mocs/1');
    await get('/api/mocs/2');
    await get('/api/mocs/broken');
    await get('/api/search?q=crane');
    await get('/api/mocs', {});
    const metrics = await (await get('/metrics', {})).text();
    const requestCount = (route: string, status: number): string | undefined =>
      new RegExp(
        `^http_request_duration_seconds_count\\{.*route="${route}",status="${String(status)}".*\\} (\\d+)`,
        'm',
      ).exec(metrics)?.[1];

    expect([
      requestCount('/api/mocs', 200),
      requestCount('/api/mocs', 500),
      requestCount('/api/mocs', 401),
    ]).to.deep.equal(['2', '1', '1']);
    expect(requestCount('/api/search', 200)).to.equal('1');
    for (const le of ['0.05', '0.2', '30', '\\+Inf'])
      expect(metrics).to.match(
        new RegExp(`^http_request_duration_seconds_bucket\\{le="${le}",.*route="/api/mocs"`, 'm'),
      );
    expect(metrics).not.to.include('/api/mocs/1');
  });

  it('counts upstream failures by reason', async () => {
    await upstream.stop();
    await fetch(`${gateway.url}/api/mocs`, { method: 'POST', headers: { authorization } });
    const metrics = await (await get('/metrics', {})).text();

    expect(metrics).to.match(/gateway_upstream_failures_total\{upstream="moc-management",reason="unreachable".*\} 1/);
    expect(metrics).to.match(/gateway_breaker_open\{upstream="moc-management".*\} 0/);
  });
});
