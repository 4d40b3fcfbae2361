import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { readConfig, type Config } from '../config.ts';
import { fakeUpstream, startGateway, type FakeUpstream, type GatewayForTests } from '../testing/gateway-for-tests.ts';

const MEBIBYTE = 1_048_576;

/** More than all buffers on the way hold, so that back-pressure reaches the sender. */
const untilStill = async (count: () => number): Promise<void> => {
  for (let before = -1; before !== count();) {
    before = count();
    await pause(100);
  }
};

describe('streaming', () => {
  let upstream: FakeUpstream;
  let gateway: GatewayForTests;
  const start = async (answer: Parameters<typeof fakeUpstream>[0], config: Partial<Config> = {}): Promise<void> => {
    upstream = await fakeUpstream(answer);
    gateway = await startGateway({ upstream: upstream.url, config });
  };
  afterEach(async () => {
    await gateway.stop();
    await upstream.stop();
  });

  const upload = async (length: number) => {
    const client = httpRequest(`${gateway.url}/api/mocs/with-files`, {
      method: 'POST',
      headers: { ...(await gateway.bearer()), 'content-length': length },
    });
    client.on('error', () => undefined);
    return client;
  };

  it('delivers the beginning of an answer before its end', async () => {
    const firstChunk = Promise.withResolvers<undefined>();
    await start((_request, response) => {
      response.writeHead(200);
      response.write('the first half');
      void firstChunk.promise.then(() => response.end('the second half'));
    });
    const reply = await fetch(`${gateway.url}/api/mocs`, { headers: await gateway.bearer() });
    const reader = reply.body!.getReader();
    const first = await reader.read();
    firstChunk.resolve(undefined);
    const second = await reader.read();

    expect([first, second].map(({ value }) => Buffer.from(value ?? []).toString())).to.deep.equal([
      'the first half',
      'the second half',
    ]);
  });

  it('delivers the beginning of an upload before its end', async () => {
    const first = Promise.withResolvers<number>();
    await start((request, response) => {
      let bytes = 0;
      request.on('data', (chunk: Buffer) => first.resolve((bytes += chunk.length)));
      request.once('end', () => response.end(String(bytes)));
    });
    const client = await upload(2 * MEBIBYTE);
    client.write(Buffer.alloc(MEBIBYTE));
    expect(await first.promise).to.be.within(1, MEBIBYTE);
    client.end(Buffer.alloc(MEBIBYTE));
    const [reply] = (await once(client, 'response')) as [IncomingMessage];
    const text = Buffer.concat(await reply.toArray()).toString();

    expect(text).to.equal(String(2 * MEBIBYTE));
  });

  it('reads no more of an upload than the service reads', async () => {
    const go = Promise.withResolvers<undefined>();
    await start((request, response) => {
      void go.promise.then(() => {
        request.resume().once('end', () => {
          response.end('{}');
        });
      });
    });
    const client = await upload(64 * MEBIBYTE);
    let bytesSent = 0;
    const block = Buffer.alloc(MEBIBYTE);
    const give = (): void => {
      while (bytesSent < 64) {
        bytesSent += 1;
        if (!client.write(block)) {
          client.once('drain', give);
          return;
        }
      }
      client.end();
    };
    give();
    await untilStill(() => bytesSent);
    expect(bytesSent).to.be.lessThan(32);
    go.resolve(undefined);
    const [reply] = (await once(client, 'response')) as [IncomingMessage];

    expect(reply.statusCode).to.equal(200);
    expect(bytesSent).to.equal(64);
  });

  it('reads no more of an answer than the client reads', async () => {
    let bytesSent = 0;
    await start((_request, response) => {
      response.writeHead(200);
      const block = Buffer.alloc(MEBIBYTE);
      const give = (): void => {
        while (bytesSent < 64) {
          bytesSent += 1;
          if (!response.write(block)) {
            response.once('drain', give);
            return;
          }
        }
        response.end();
      };
      give();
    });
    const client = httpRequest(`${gateway.url}/api/mocs`, { headers: await gateway.bearer() });
    client.end();
    const [reply] = (await once(client, 'response')) as [IncomingMessage];
    await untilStill(() => bytesSent);
    expect(bytesSent).to.be.lessThan(32);
    let bytesRead = 0;
    for await (const chunk of reply) bytesRead += (chunk as Buffer).length;

    expect(bytesRead).to.equal(64 * MEBIBYTE);
  });

  it('waits longer for the answer to an upload than for others', async () => {
    const timeouts = { ...readConfig({}).timeouts, answerTimeoutMs: 100, uploadAnswerTimeoutMs: 5_000 };
    await start(
      (request, response) => {
        request.resume();
        setTimeout(() => response.end('{}'), 400);
      },
      { timeouts },
    );
    const headers = await gateway.bearer();
    const ask = async ([method, path]: readonly [string, string]): Promise<number> =>
      (await fetch(gateway.url + path, { method, headers, ...(method === 'POST' ? { body: 'x' } : {}) })).status;
    const replies = [
      ['POST', '/api/mocs'],
      ['POST', '/api/mocs/1/files'],
      ['GET', '/api/mocs/1/files'],
      ['DELETE', '/api/users/me/avatar'],
    ] as const;

    expect(await Promise.all(replies.map(ask))).to.deep.equal([504, 200, 504, 504]);
  });

  it('applies the body limit of uploads to uploads only', async () => {
    await start((request, response) => {
      request.resume().once('end', () => response.end('{}'));
    });
    const headers = await gateway.bearer();
    const put = async (method: string): Promise<number> =>
      (await fetch(`${gateway.url}/api/users/me/avatar`, { method, headers, body: Buffer.alloc(MEBIBYTE + 1) })).status;

    expect([await put('PUT'), await put('DELETE')]).to.deep.equal([200, 413]);
  });

  it('reads nothing more on a connection when the answer came before the whole body', async () => {
    await start((_request, response) => response.writeHead(400).end('{}'));
    const client = await upload(2 * MEBIBYTE);
    client.write(Buffer.alloc(MEBIBYTE));
    const [reply] = (await once(client, 'response')) as [IncomingMessage];
    client.destroy();

    expect([reply.statusCode, reply.headers.connection]).to.deep.equal([400, 'close']);
  });

  it('waits five seconds for an answer, thirty after an upload', () => {
    expect(readConfig({}).timeouts).to.include({
      answerTimeoutMs: 5_000,
      uploadAnswerTimeoutMs: 30_000,
      breakerResetMs: 5_000,
    });
  });
});
