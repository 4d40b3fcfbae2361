import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get as httpGet, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { fakeUpstream, type FakeUpstream } from './testing/gateway-for-tests.ts';

const status = (url: string, authorization: string, agent: Agent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    httpGet(url, { agent, headers: { authorization } }, (reply) => {
      reply.resume();
      resolve(reply);
    }).once('error', reject);
  });

describe('stopping the gateway', () => {
  let upstream: FakeUpstream;
  let gateway: ChildProcess;
  let url: string;
  let authorization: string;
  let release: () => void;
  const asked = () => upstream.seen.length;

  const identity = async (): Promise<string> => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA' }];
    const issuer = createServer((_request, response) => response.end(JSON.stringify({ keys }))).listen(0, '127.0.0.1');
    issuer.unref();
    await once(issuer, 'listening');
    const claims = { iss: 'http://127.0.0.1:9010', aud: 'lego-moc', sub: 'ada', roles: [] };
    const token = new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid: 'k' }).setExpirationTime('10m');
    authorization = `Bearer ${await token.sign(privateKey)}`;
    return `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/`;
  };

  beforeEach(async () => {
    const held = Promise.withResolvers<undefined>();
    release = () => held.resolve(undefined);
    upstream = await fakeUpstream((_request, response) => {
      void held.promise.then(() => response.end('{"whole":true}'));
    });
    gateway = spawn(process.execPath, [`${import.meta.dirname}/main.ts`], {
      env: { PORT: '0', AUTH_JWKS_URL: await identity(), MOC_MANAGEMENT_URL: upstream.url },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    for await (const line of createInterface(gateway.stdout!)) {
      const entry = JSON.parse(line) as { message: string; url: string };
      url = entry.url;
      if (entry.message === 'Listening') break;
    }
  });
  afterEach(async () => {
    gateway.kill('SIGKILL');
    await upstream.stop();
  });

  const inFlight = async (): Promise<{ answers: Promise<IncomingMessage>[]; agent: Agent }> => {
    const agent = new Agent({ keepAlive: true });
    const answers = Array.from({ length: 5 }, () => status(`${url}/api/mocs`, authorization, agent));
    while (asked() < 5) await new Promise((resolve) => setTimeout(resolve, 10));
    return { answers, agent };
  };

  it('finishes what runs, takes nothing new, and exits with 0', async () => {
    const { answers } = await inFlight();
    const exited = once(gateway, 'exit');
    gateway.kill('SIGTERM');
    const refused = await (async () => {
      for (let tries = 0; tries < 200; tries += 1) {
        const outcome = await status(`${url}/health`, authorization, new Agent()).then(
          () => 'taken',
          () => 'refused',
        );
        if (outcome === 'refused') return outcome;
      }
      return 'still taken';
    })();
    release();

    expect(refused).to.equal('refused');
    expect((await Promise.all(answers)).map(({ statusCode }) => statusCode)).to.deep.equal([200, 200, 200, 200, 200]);
    expect(await exited).to.deep.equal([0, null]);
  });

  it('exits at once when it is told a second time', async () => {
    const { answers } = await inFlight();
    const outcomes = Promise.allSettled(answers);
    const exited = once(gateway, 'exit');
    gateway.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 100));
    gateway.kill('SIGTERM');

    expect(await exited).to.deep.equal([1, null]);
    expect((await outcomes).map((outcome) => outcome.status)).to.deep.equal(
      Array.from({ length: 5 }, () => 'rejected'),
    );
  });

  it('stops when whoever started it is gone', async () => {
    const exited = once(gateway, 'exit');
    gateway.disconnect();

    expect(await exited).to.deep.equal([0, null]);
  });
});
