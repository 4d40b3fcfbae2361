import { once } from 'node:events';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Client, credentials } from '@grpc/grpc-js';
import { expect } from 'chai';
import { shared, writeStreamName } from '../wire/shared.ts';
import { streams } from '../wire/streams.ts';
import { startNode, type RunningNode } from '../server/start-node.ts';

const getOverHttp2 = async (base: string, path: string): Promise<{ status: number; body: string }> => {
  const session = connect(base);
  try {
    const call = session.request({ ':path': path });
    const headers = once(call, 'response') as Promise<[{ ':status'?: number }]>;
    const body = await text(call);
    return { status: (await headers)[0][':status'] ?? 0, body };
  } finally {
    session.close();
  }
};

/** The data of the first event as bytes, whatever its content type. */
const rawDataOf = async (port: number, stream: string): Promise<Buffer> => {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = StreamsService.read;
  const { Options } = streams.ReadReq;
  const options = new Options()
    .setStream(new Options.StreamOptions().setStreamIdentifier(writeStreamName(stream)).setStart(new shared.Empty()))
    .setCount('1')
    .setUuidOption(new Options.UUIDOption().setString(new shared.Empty()))
    .setNoFilter(new shared.Empty());
  const request = new streams.ReadReq().setOptions(options);
  try {
    const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
    const responses = (await call.toArray()) as streams.ReadResp[];
    return Buffer.from(responses[0]?.getEvent()?.getEvent()?.getData_asU8() ?? []);
  } finally {
    client.close();
  }
};

describe('the HTTP side of a node', () => {
  let node: RunningNode;
  let base = '';
  let stream = '';
  let count = 0;

  before(async () => {
    node = await startNode({ mem: true, port: 0 });
    base = `http://127.0.0.1:${node.port}`;
  });
  beforeEach(() => {
    stream = `${base}/streams/moc-${(count += 1).toString()}`;
  });
  after(() => node.stop());

  const get = async (url: string) => {
    const response = await fetch(url);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(stream, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'es-eventtype': 'Posted', ...headers },
      body: JSON.stringify(body),
    });

  it('answers health, ping and info', async () => {
    expect((await fetch(`${base}/health/live`)).status).to.equal(204);
    expect((await get(`${base}/ping`)).body).to.have.keys('msgTypeId', 'text');
    expect((await get(`${base}/info`)).body).to.include({ state: 'leader' });
    expect((await get(`${base}/stats`)).body).to.have.keys('proc', 'es');
    expect((await get(`${base}/subscriptions`)).body).to.deep.equal([]);
  });

  it('leads browsers to the web interface, and says how to name one', async () => {
    expect(await get(`${base}/web`)).to.deep.include({ status: 404 });
    const linkingNode = await startNode({ mem: true, port: 0, webInterface: 'http://127.0.0.1:9000/console' });
    try {
      for (const path of ['/', '/web', '/web/index.html']) {
        const reply = await fetch(`http://127.0.0.1:${linkingNode.port}${path}`, { redirect: 'manual' });
        expect([reply.status, reply.headers.get('location')]).to.deep.equal([302, 'http://127.0.0.1:9000/console']);
      }
    } finally {
      await linkingNode.stop();
    }
  });

  it('appends one event and reads it back', async () => {
    const response = await post({ title: 'Crane' });
    expect(response.status).to.equal(201);
    expect(response.headers.get('location')).to.equal(new URL(`${stream}/0`).pathname);
    const { body } = await get(`${stream}/0`);
    expect(body).to.deep.include({ eventType: 'Posted', eventNumber: 0, data: { title: 'Crane' }, metadata: null });
  });

  it('stores the body of one event byte for byte', async () => {
    const body = '{ "title" : "Crane",\n  "price": 1.50 }';
    const headers = { 'content-type': 'application/json', 'es-eventtype': 'Posted' };
    expect((await fetch(stream, { method: 'POST', headers, body })).status).to.equal(201);
    const bytes = await rawDataOf(node.port, stream.split('/').at(-1) ?? '');
    expect(bytes.toString('utf8')).to.equal(body);
  });

  it('answers /metrics in the text format of Prometheus', async () => {
    const response = await fetch(`${base}/metrics`);
    expect(response.headers.get('content-type')).to.match(/^text\/plain; version=0.0.4/);
    const lines = (await response.text()).split('\n');
    expect(lines).to.include('event_store_dropped_twins_total 0');
    expect(lines).to.include('# TYPE event_store_open_calls gauge');
  });

  it('answers health and gossip over HTTP/1.1 and HTTP/2, and gRPC beside them', async () => {
    const { members } = (await get(`${base}/gossip`)).body as { members: Record<string, unknown>[] };
    expect(members).to.have.length(1);
    expect(members[0]).to.include({ state: 'Leader', isAlive: true, httpEndPointPort: node.port });
    expect((await getOverHttp2(base, '/health/live')).status).to.equal(204);
    const { status, body } = await getOverHttp2(base, '/gossip');
    expect(status).to.equal(200);
    expect((JSON.parse(body) as { members: unknown[] }).members).to.have.length(1);
    expect((await getOverHttp2(base, '/nowhere')).status).to.equal(404);
    const client = EventStoreDBClient.connectionString(node.connectionString);
    await client.appendToStream('beside', jsonEvent({ type: 'Happened', data: {} }));
    await client.dispose();
  });

  it('appends several events and pages through them', async () => {
    const events = ['A', 'B', 'C'].map((eventType) => ({ eventType, data: {}, metadata: { by: 'ada' } }));
    const response = await fetch(stream, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.eventstore.events+json' },
      body: JSON.stringify(events),
    });
    expect(response.status).to.equal(201);
    const types = async (path: string) =>
      ((await get(`${stream}${path}`)).body['entries'] as { eventType: string }[]).map(({ eventType }) => eventType);
    expect(await types('')).to.deep.equal(['C', 'B', 'A']);
    expect(await types('/1/forward/2')).to.deep.equal(['B', 'C']);
    expect(await types('/head/backward/1')).to.deep.equal(['C']);
  });

  it('checks the expected revision', async () => {
    await post({}, { 'es-expectedversion': '-1' });
    const conflict = await post({}, { 'es-expectedversion': '-1' });
    expect([conflict.status, conflict.headers.get('es-currentversion')]).to.deep.equal([400, '0']);
    expect((await post({}, { 'es-expectedversion': '0' })).status).to.equal(201);
  });

  it('appends a retried event once', async () => {
    const id = { 'es-eventid': crypto.randomUUID() };
    expect((await post({}, id)).headers.get('location')).to.equal((await post({}, id)).headers.get('location'));
  });

  it('answers bad requests with a problem', async () => {
    const problems = [
      await get(stream),
      await get(`${base}/nowhere`),
      await get(`${base}/streams/%zz`),
      await get(`${stream}/x/forward/2`),
    ];
    expect(problems.map(({ status }) => status)).to.deep.equal([404, 404, 400, 404]);
    for (const { body } of problems) expect(body).to.have.keys('type', 'title', 'status', 'detail');
    expect((await post('{', { 'content-type': 'text/plain' })).status).to.equal(415);
    expect((await post({}, { 'es-eventid': 'no' })).status).to.equal(400);
    expect((await post({}, { 'es-expectedversion': 'x' })).status).to.equal(400);
  });

  /** As it stands on the wire: `fetch` would tidy it up. */
  const raw = (method: string, path: string, body = '', headers: Record<string, string> = {}) =>
    new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
      const clientRequest = request({ host: '127.0.0.1', port: node.port, method, path, headers }, (response) => {
        text(response).then(
          (content) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: content }),
          reject,
        );
      });
      // A server that answers early may close the connection before it has read the whole body.
      clientRequest.on('error', () => undefined);
      clientRequest.end(body);
    });
  const problemIn = ({ headers, body }: Awaited<ReturnType<typeof raw>>) => {
    expect(headers['content-type']).to.equal('application/problem+json');
    const problem = JSON.parse(body) as Record<string, unknown>;
    expect(problem).to.have.keys('type', 'title', 'status', 'detail');
    return problem['status'];
  };

  it('answers malformed and unknown paths with a problem, and an absolute URL', async () => {
    for (const [path, status] of [
      ['//', 404],
      ['//streams/x', 404],
      ['/streams', 404],
      ['/streams/', 404],
      ['/streams/$$', 404],
      ['/streams/no-such-stream', 404],
      ['/streams/%ff', 400],
      ['/health', 404],
      ['/health/other', 404],
      ['/subscriptions/no-such-stream', 404],
      ['http://[', 404],
    ] as const) {
      expect(problemIn(await raw('GET', path)), path).to.equal(status);
    }
    expect((await raw('GET', `http://127.0.0.1:${node.port}/ping?now`)).status).to.equal(200);
  });

  it('answers a wrong method with 405 and the allowed ones', async () => {
    const putReply = await raw('PUT', '/streams/x');
    expect([problemIn(putReply), putReply.headers.allow]).to.deep.equal([405, 'GET, HEAD, POST']);
    const post = await raw('POST', '/ping');
    expect([problemIn(post), post.headers.allow]).to.deep.equal([405, 'GET, HEAD']);
  });

  it('rejects malformed bodies, and goes on', async () => {
    const json = { 'content-type': 'application/json' };
    const eventHeaders = { ...json, 'es-eventtype': 'Posted' };
    for (const [body, headers, status] of [
      ['', json, 400],
      ['{', json, 400],
      ['{}', json, 400],
      ['[1]', json, 400],
      ['[{"eventType":7}]', json, 400],
      ['{}', { 'es-eventtype': 'Posted' }, 415],
      ['{}', { ...eventHeaders, 'es-expectedversion': '-3' }, 400],
      [JSON.stringify('x'.repeat(1_100_000)), eventHeaders, 400],
    ] as const) {
      expect(problemIn(await raw('POST', '/streams/refused', body, headers)), body.slice(0, 20)).to.equal(status);
    }
    expect((await raw('POST', '/streams/$$', '{}', eventHeaders)).status).to.equal(404);
    expect((await raw('GET', '/streams/refused')).status).to.equal(404);
  });

  it('rejects too large a body at once, with or without content-length', async () => {
    const headers = { 'content-type': 'application/json', 'es-eventtype': 'Posted' };
    const large = JSON.stringify('x'.repeat(5_000_000));
    for (const framingHeaders of [{}, { 'transfer-encoding': 'chunked' }]) {
      expect(problemIn(await raw('POST', '/streams/refused', large, { ...headers, ...framingHeaders }))).to.equal(413);
    }
  });
});
