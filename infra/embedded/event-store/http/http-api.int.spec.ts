import { expect } from 'chai';
import { startNode, type RunningNode } from '../server/start-node.ts';

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

  it('says that the node lives and what it is', async () => {
    expect((await fetch(`${base}/health/live`)).status).to.equal(204);
    expect((await get(`${base}/ping`)).status).to.equal(200);
    expect((await get(`${base}/info`)).body).to.include({ state: 'leader' });
    expect((await get(`${base}/stats`)).body).to.have.keys('proc', 'es');
    expect((await get(`${base}/subscriptions`)).body).to.deep.equal([]);
  });

  it('appends one event and reads it back', async () => {
    const response = await post({ title: 'Crane' });
    expect(response.status).to.equal(201);
    expect(response.headers.get('location')).to.equal(new URL(`${stream}/0`).pathname);
    const { body } = await get(`${stream}/0`);
    expect(body).to.deep.include({ eventType: 'Posted', eventNumber: 0, data: { title: 'Crane' }, metadata: null });
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

  it('minds the expected revision', async () => {
    await post({}, { 'es-expectedversion': '-1' });
    const refused = await post({}, { 'es-expectedversion': '-1' });
    expect([refused.status, refused.headers.get('es-currentversion')]).to.deep.equal([400, '0']);
    expect((await post({}, { 'es-expectedversion': '0' })).status).to.equal(201);
  });

  it('appends a retried event once', async () => {
    const id = { 'es-eventid': crypto.randomUUID() };
    expect((await post({}, id)).headers.get('location')).to.equal((await post({}, id)).headers.get('location'));
  });

  it('answers what it cannot do with a problem', async () => {
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
});
