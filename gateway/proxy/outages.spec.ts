import { request as httpRequest, type RequestListener } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { restore, spy, stub } from 'sinon';
import { readConfig, type Timeouts } from '../config.ts';
import { fakeUpstream, startGateway, type FakeUpstream, type GatewayForTests } from '../testing/gateway-for-tests.ts';

const BREAKER_MS = 300;
const TIMEOUTS = { ...readConfig({}).timeouts, breakerResetMs: BREAKER_MS };

describe('calling a service that is down', () => {
  let healthy: FakeUpstream;
  let failing: FakeUpstream;
  let gateway: GatewayForTests;
  let headers: Record<string, string>;

  const start = async (answer: RequestListener, timeouts: Partial<Timeouts> = {}): Promise<void> => {
    healthy = await fakeUpstream();
    failing = await fakeUpstream(answer);
    const upstreams = { ...readConfig({}).upstreams, 'moc-management': healthy.url, search: failing.url };
    gateway = await startGateway({
      upstream: healthy.url,
      config: { upstreams, timeouts: { ...TIMEOUTS, ...timeouts } },
    });
    headers = await gateway.bearer();
  };
  afterEach(async () => {
    restore();
    await gateway.stop();
    await healthy.stop();
    await failing.stop();
  });
  const search = (method = 'GET') => fetch(`${gateway.url}/api/search`, { headers, method });
  const mocs = () => fetch(`${gateway.url}/api/mocs`, { headers });
  const hangUp: RequestListener = (request) => request.socket.destroy();

  it('opens the circuit once it keeps failing', async () => {
    await start(hangUp);
    for (let times = 0; times < 10; times += 1) expect((await search('POST')).status).to.equal(503);
    const requestsBefore = failing.requests.length;
    const refusal = await search('POST');

    expect(refusal.status).to.equal(503);
    expect(refusal.headers.get('retry-after')).to.equal('5');
    expect(failing.requests).to.have.length(requestsBefore);
  });

  it('sends one half-open probe after a while, and closes the circuit when it is answered', async () => {
    let down = true;
    await start((request, response) => {
      if (down) request.socket.destroy();
      else setTimeout(() => response.end('{}'), 50);
    });
    for (let times = 0; times < 12; times += 1) await search('POST');
    const requestsBefore = failing.requests.length;
    down = false;
    await pause(BREAKER_MS + 50);

    const probing = await Promise.all([search('POST'), search('POST'), search('POST')]);
    expect(probing.filter(({ status }) => status === 200)).to.have.length(1);
    expect(failing.requests).to.have.length(requestsBefore + 1);
    expect((await Promise.all([search(), search()])).map(({ status }) => status)).to.deep.equal([200, 200]);
  });

  it('keeps the circuit open when the probe fails', async () => {
    await start(hangUp);
    for (let times = 0; times < 12; times += 1) await search('POST');
    await pause(BREAKER_MS + 50);
    await search('POST');
    const requestsBefore = failing.requests.length;
    await search('POST');

    expect(failing.requests).to.have.length(requestsBefore);
  });

  it('keeps the circuit open when the client of the probe has disconnected', async () => {
    let down = true;
    await start((request) => {
      if (down) request.socket.destroy();
    });
    for (let times = 0; times < 12; times += 1) await search('POST');
    down = false;
    await pause(BREAKER_MS + 50);
    const leaving = AbortSignal.timeout(50);
    await fetch(`${gateway.url}/api/search`, { headers, method: 'POST', signal: leaving }).catch(() => undefined);
    await pause(50);
    const requestsBefore = failing.requests.length;

    expect((await search('POST')).status).to.equal(503);
    expect(failing.requests).to.have.length(requestsBefore);
  });

  it('does not wait for a slow upload to close the circuit', async () => {
    let down = true;
    await start((request, response) => {
      if (down) request.socket.destroy();
      else request.resume().once('end', () => response.end('{}'));
    });
    for (let times = 0; times < 12; times += 1) await search('POST');
    down = false;
    await pause(BREAKER_MS + 50);
    const upload = httpRequest(`${gateway.url}/api/search`, {
      method: 'POST',
      headers: { ...headers, 'content-length': 500_000 },
    });
    upload.on('error', () => undefined).write('slowly');
    await pause(50);
    expect((await search()).status).to.equal(503);

    await pause(2 * BREAKER_MS + 50);
    expect((await search()).status).to.equal(200);
    upload.destroy();
  });

  it('closes the circuit once the probe is answered, however long that took', async () => {
    let down = true;
    await start((request, response) => {
      if (down) request.socket.destroy();
      else setTimeout(() => response.end('{}'), BREAKER_MS * 1.5);
    });
    for (let times = 0; times < 12; times += 1) await search('POST');
    down = false;
    await pause(BREAKER_MS + 50);
    expect((await search('POST')).status).to.equal(200);

    const after = await Promise.all([search('POST'), search('POST')]);
    expect(after.map(({ status }) => status)).to.deep.equal([200, 200]);
  });

  it('counts an answer of 500 or 503 as an answer', async () => {
    await start((_request, response) => response.writeHead(503, { 'retry-after': '1' }).end('{}'));
    for (let times = 0; times < 20; times += 1) expect((await search()).headers.get('retry-after')).to.equal('1');

    expect(failing.requests).to.have.length(20);
  });

  it('retries an idempotent request, once or twice', async () => {
    let times = 0;
    await start((request, response) => {
      times += 1;
      if (times < 3) request.socket.destroy();
      else response.end('{}');
    });

    expect((await search()).status).to.equal(200);
    expect(times).to.equal(3);
  });

  it('never retries a request that is not idempotent', async () => {
    await start(hangUp);
    await search('POST');

    expect(failing.requests).to.have.length(1);
  });

  it('retries a change with an Idempotency-Key, and no other', async () => {
    await start(hangUp);
    const post = (more: Record<string, string>) =>
      fetch(`${gateway.url}/api/search`, { headers: { ...headers, ...more }, method: 'PATCH', body: '{}' });
    await post({});
    expect(failing.requests).to.have.length(1);
    await post({ 'idempotency-key': 'one' });

    expect(failing.requests).to.have.length(4);
  });

  it('retries after a random delay', async () => {
    await start(hangUp);
    stub(Math, 'random').returns(0.25);
    const waits = spy(globalThis, 'setTimeout');
    await search();

    // Three quarters of 50 and of 150 milliseconds.
    expect(waits.args.map(([, ms]) => ms)).to.include.members([37.5, 112.5]);
  });

  it('never retries after a timeout: the client has waited long enough', async () => {
    await start(() => undefined, { answerTimeoutMs: 50 });

    expect((await search()).status).to.equal(504);
    expect(failing.requests).to.have.length(1);
  });

  it('never retries a streamed body', async () => {
    await start(hangUp);
    const put = (length: number) =>
      fetch(`${gateway.url}/api/search`, { headers, method: 'PUT', body: Buffer.alloc(length) });
    await put(65_537);
    expect(failing.requests).to.have.length(1);
    await put(65_536);

    expect(failing.requests).to.have.length(4);
  });

  it('limits retries to their budget', async () => {
    await start((request, response) => {
      // Two in five are not answered: not bad enough for the breaker, bad enough for retries.
      if ([1, 3].includes(failing.requests.length % 5)) request.socket.destroy();
      else response.end('{}');
    });
    const requests = 150;
    const statuses = [];
    for (let times = 0; times < requests; times += 1) statuses.push((await search()).status);

    // Without a budget there would be two thirds more, and no 503.
    expect(failing.requests.length).to.be.within(requests * 1.1, requests * 1.2 + 10);
    expect(statuses).to.include(503);
  });

  it('keeps the circuit closed while less than half of the requests fail, and opens it at half', async () => {
    let down = false;
    await start((request, response) => {
      if (down || [2, 4, 6, 8].includes(failing.requests.length % 10)) request.socket.destroy();
      else response.end('{}');
    });
    for (let times = 0; times < 40; times += 1) await search('POST');
    expect(failing.requests).to.have.length(40);
    down = true;
    for (let times = 0; times < 40; times += 1) await search('POST');

    // 16 of 40 had failed; with eight more in a row it is half of 48. On a machine that takes longer than the ten
    // seconds that count, ten in a row are all.
    expect(failing.requests.length).to.be.within(47, 51);
  });

  it('does not affect other services', async () => {
    await start(hangUp);
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, at) => (at % 2 === 0 ? (await mocs()).status : -(await search()).status)),
    );

    expect(answers.filter((status) => status > 0)).to.deep.equal(Array.from({ length: 100 }, () => 200));
    expect(new Set(answers.filter((status) => status < 0))).to.deep.equal(new Set([-503]));
  });
});
