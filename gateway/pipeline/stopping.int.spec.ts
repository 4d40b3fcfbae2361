import { once } from 'node:events';
import { Agent, get as httpGet, type IncomingMessage, type RequestListener } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { readConfig } from '../config.ts';
import { localIssuer, startGatewayProcess, type GatewayProcess, type LocalIssuer } from '../testing/gateway-process.ts';
import { fakeUpstream, type FakeUpstream } from '../testing/gateway-for-tests.ts';

const ask = (url: string, authorization: string, agent: Agent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    httpGet(url, { agent, headers: { authorization } }, (reply) => {
      reply.resume();
      resolve(reply);
    }).once('error', reject);
  });

/** A status, or `refused` when nothing listens. */
const knock = (url: string): Promise<number | 'refused'> =>
  ask(url, '', new Agent()).then(
    ({ statusCode = 0 }) => statusCode,
    () => 'refused',
  );

const untilRefused = async (url: string): Promise<void> => {
  while ((await knock(url)) !== 'refused') await pause(10);
};

describe('stopping the gateway', function () {
  this.timeout(40_000);
  let issuer: LocalIssuer;
  let upstream: FakeUpstream;
  let gateway: GatewayProcess;
  let release: () => void;
  const gateways: GatewayProcess[] = [];

  before(async () => {
    issuer = await localIssuer();
  });
  afterEach(async () => {
    for (const { process: child } of gateways.splice(0)) child.kill('SIGKILL');
    await upstream.stop();
  });

  const startGateway = async (env: Readonly<Record<string, string>> = {}): Promise<GatewayProcess> => {
    const gatewayProcess = await startGatewayProcess({
      AUTH_JWKS_URL: issuer.jwksUrl,
      MOC_MANAGEMENT_URL: upstream.url,
      RATE_LIMIT_SCALE: '1000',
      ...env,
    });
    gateways.push(gatewayProcess);
    return gatewayProcess;
  };
  const start = async (answer: RequestListener, env: Readonly<Record<string, string>> = {}): Promise<void> => {
    upstream = await fakeUpstream(answer);
    gateway = await startGateway(env);
  };
  const startHolding = (env: Readonly<Record<string, string>> = {}): Promise<void> => {
    const requestReceived = Promise.withResolvers<undefined>();
    release = () => requestReceived.resolve(undefined);
    return start((_request, response) => void requestReceived.promise.then(() => response.end('{"whole":true}')), env);
  };
  const mocs = (agent: Agent) => ask(`${gateway.url}/api/mocs`, issuer.authorization, agent);

  const inFlight = async (): Promise<Promise<IncomingMessage>[]> => {
    const agent = new Agent({ keepAlive: true });
    const answers = Array.from({ length: 5 }, () => mocs(agent));
    while (upstream.requests.length < 5) await pause(10);
    return answers;
  };

  it('finishes requests in flight, accepts no new ones, and exits with 0', async () => {
    await startHolding();
    const answers = await inFlight();
    const exit = once(gateway.process, 'exit');
    gateway.process.kill('SIGTERM');
    await untilRefused(`${gateway.url}/health`);
    release();

    expect((await Promise.all(answers)).map(({ statusCode }) => statusCode)).to.deep.equal([200, 200, 200, 200, 200]);
    expect(await exit).to.deep.equal([0, null]);
  });

  it('first answers 503 at /ready, serves for the drain delay, and then ends', async () => {
    await startHolding({ DRAIN_MS: '800' });
    release();
    expect(await knock(`${gateway.url}/ready`)).to.equal(200);
    const exit = once(gateway.process, 'exit');
    gateway.process.kill('SIGTERM');
    while ((await knock(`${gateway.url}/ready`)) === 200) await pause(5);

    expect(await knock(`${gateway.url}/ready`)).to.equal(503);
    const late = await mocs(new Agent({ keepAlive: true }));
    expect(late.statusCode).to.equal(200);
    expect(late.headers.connection).to.equal('close');
    await untilRefused(`${gateway.url}/ready`);
    expect(await exit).to.deep.equal([0, null]);
  });

  it('loses no request of a balancer that watches /ready', async () => {
    // A balancer has to notice within the drain delay: on a loaded machine its look takes a second and more.
    await start((_request, response) => void setTimeout(() => response.end('{}'), 20), { DRAIN_MS: '5000' });
    const other = await startGateway();
    const agents = new Map([gateway, other].map(({ url }) => [url, new Agent({ keepAlive: true })]));
    let ready = [...agents.keys()];
    const stop = new AbortController();
    const watching = (async () => {
      while (!stop.signal.aborted) {
        const states = await Promise.all([...agents.keys()].map((url) => knock(`${url}/ready`)));
        ready = [...agents.keys()].filter((_, at) => states[at] === 200);
        await pause(50);
      }
    })();
    const outcomes = new Map<string, number>();
    const client = async (index: number): Promise<void> => {
      for (let at = index; !stop.signal.aborted; at += 1) {
        const url = ready[at % ready.length] ?? '';
        const outcome = await ask(`${url}/api/mocs`, issuer.authorization, agents.get(url)!).then(
          ({ statusCode }) => String(statusCode),
          String,
        );
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    };
    const clients = Array.from({ length: 8 }, (_, index) => client(index));
    while (outcomes.size === 0) await pause(10);
    const exit = once(gateway.process, 'exit');
    gateway.process.kill('SIGTERM');

    expect(await exit).to.deep.equal([0, null]);
    await pause(300);
    stop.abort();
    await Promise.all([watching, ...clients]);
    expect([...outcomes.keys()]).to.deep.equal(['200']);
  });

  it('ends within thirty seconds', () => {
    const { drainMs, finishMs } = readConfig({});
    expect(drainMs + finishMs).to.be.lessThan(30_000);
  });

  it('cuts off answers without an end', async () => {
    await start(
      (_request, response) => {
        response.writeHead(200);
        const dripping = setInterval(() => response.write('drop'), 100);
        response.once('close', () => clearInterval(dripping));
      },
      { FINISH_MS: '500' },
    );
    const endless = await mocs(new Agent());
    const cut = new Promise((resolve) => endless.once('close', resolve).on('error', () => undefined));
    const exit = once(gateway.process, 'exit');
    gateway.process.kill('SIGTERM');

    expect(await exit).to.deep.equal([0, null]);
    await cut;
    expect(endless.complete).to.equal(false);
  });

  it('exits at once on a second signal', async () => {
    await startHolding();
    const outcomes = Promise.allSettled(await inFlight());
    const exit = once(gateway.process, 'exit');
    gateway.process.kill('SIGTERM');
    await untilRefused(`${gateway.url}/health`);
    gateway.process.kill('SIGTERM');

    expect(await exit).to.deep.equal([1, null]);
    expect((await outcomes).map((outcome) => outcome.status)).to.deep.equal(
      Array.from({ length: 5 }, () => 'rejected'),
    );
  });

  it('stops when its parent process is gone', async () => {
    await startHolding();
    const exit = once(gateway.process, 'exit');
    gateway.process.disconnect();

    expect(await exit).to.deep.equal([0, null]);
  });
});
