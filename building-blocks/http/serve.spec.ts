import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { createApi } from './api.ts';
import { serve, type RunningServer, type ServeOptions } from './serve.ts';

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

describe('serving', () => {
  let server: RunningServer;
  const sockets: Socket[] = [];
  const start = async (app: RequestListener, options: Partial<ServeOptions> = {}): Promise<void> => {
    server = await serve(app, { port: 0, logger: silentLogger, signals: false, finishMs: 100, ...options });
  };
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await server.stop();
  });

  const open = (): Socket => {
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    return socket;
  };

  describe('a malformed request behind another one', () => {
    const HALF = 'half of forty bytes.';
    const halfway: RequestListener = (request, response) => {
      if (request.url === '/whole') response.end('whole');
      else response.writeHead(200, { 'content-length': 40 }).write(HALF);
    };
    const talk = async (requests: string, until: string): Promise<string> => {
      const socket = open();
      let answer = '';
      socket.setEncoding('latin1').on('data', (text: string) => {
        answer += text;
        if (text.includes(until)) socket.write('GARBAGE\r\n\r\n');
      });
      socket.write(requests);
      await once(socket, 'close');
      return answer;
    };

    for (const [where, requests] of [
      ['an answer', get('/half')],
      ['the answer to a second request sent at once', get('/whole') + get('/half')],
    ] as const)
      it(`is not answered in the middle of ${where}`, async () => {
        await start(halfway);

        expect((await talk(requests, HALF)).endsWith(HALF)).to.equal(true);
      });

    it('is answered when the answer before it is complete', async () => {
      await start(halfway);

      const answers = await talk(get('/whole') + get('/whole'), 'whole');
      expect(answers).to.match(/whole.*whole.*HTTP\/1\.1 400 /s);
    });
  });

  describe('serving clients that do not read', () => {
    /** Far more than the kernel buffers for a client. */
    const FILE = Buffer.alloc(40_000_000);
    const readerTimeoutMs = 200;

    const closedIn = async (requests: string): Promise<number> => {
      const acceptance = once(server.server, 'connection') as Promise<[Socket]>;
      const began = performance.now();
      open().pause().write(requests);
      const [connection] = await acceptance;
      connection.on('error', () => undefined);
      await once(connection, 'close');
      return performance.now() - began;
    };

    it('cuts off a client that does not read a complete answer', async () => {
      await start((_request, response) => response.end(FILE), { readerTimeoutMs });

      expect(await closedIn(get('/'))).to.be.greaterThan(0.9 * readerTimeoutMs);
    });

    it('cuts off a client that pipelines requests and reads none of the small answers', async () => {
      await start((_request, response) => response.end('x'.repeat(60_000)), { readerTimeoutMs });

      expect(await closedIn(get('/').repeat(500))).to.be.greaterThan(0.9 * readerTimeoutMs);
    });

    it('keeps a client that reads slowly, even an answer of one write', async () => {
      await start((_request, response) => response.end(FILE), { readerTimeoutMs: 1_000 });
      const socket = open();
      let bytesRead = 0;
      socket.on('data', (chunk) => {
        bytesRead += chunk.length;
        socket.pause();
        setTimeout(() => socket.resume(), 2);
      });
      const began = performance.now();
      socket.write(get('/').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
      await once(socket, 'close');

      expect(performance.now() - began).to.be.greaterThan(1_000);
      expect(bytesRead).to.be.greaterThan(FILE.length);
    });

    it('keeps an idle client that has read everything so far', async () => {
      const answer: RequestListener = (_request, response) => {
        response.write('so far');
        setTimeout(() => response.end(', and the rest'), 3 * readerTimeoutMs);
      };
      await start(answer, { readerTimeoutMs });

      expect(await (await fetch(server.url)).text()).to.equal('so far, and the rest');
    });

    it('keeps a client that sends slowly', async () => {
      const answer: RequestListener = (request, response) => {
        request.resume().once('end', () => response.end('taken'));
      };
      await start(answer, { readerTimeoutMs });
      const socket = open();
      const answerChunk = once(socket, 'data') as Promise<[Buffer]>;
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n');
      for (const byte of 'slow') {
        await pause(readerTimeoutMs);
        socket.write(byte);
      }

      expect(String(await answerChunk)).to.include('taken');
    });
  });

  describe('an app that reads no bodies', () => {
    const bodiless = () =>
      createApi({
        service: 'spec',
        logger: silentLogger,
        metrics: createMetrics('spec', { processMetrics: false }),
        routes: [],
        readsBodies: false,
      });
    const head = (line: string, ...fields: readonly string[]): string =>
      [line, 'Host: x', 'Content-Type: application/json', ...fields, '', ''].join('\r\n');

    it('answers before a body has arrived, and waits for it only briefly', async () => {
      await start(bodiless());
      const answers = ['POST /nowhere', 'GET /metrics'].map(async (request) => {
        const socket = open();
        const began = performance.now();
        const answerChunk = once(socket, 'data') as Promise<[Buffer]>;
        const socketEnd = once(socket, 'end');
        socket.write(`${head(`${request} HTTP/1.1`, 'Content-Length: 100')}half`);
        const answer = String(await answerChunk).slice(0, 12);
        const waitedMs = performance.now() - began;
        await socketEnd;
        return { answer, atOnce: waitedMs < 1_000 };
      });

      expect(await Promise.all(answers)).to.deep.equal([
        { answer: 'HTTP/1.1 404', atOnce: true },
        { answer: 'HTTP/1.1 200', atOnce: true },
      ]);
    });

    it('continues with the next request when the body has arrived', async () => {
      await start(bodiless());
      const socket = open();
      let answers = '';
      socket.on('data', (chunk) => (answers += chunk.toString()));
      socket.write(`${head('POST /nowhere HTTP/1.1', 'Content-Length: 4')}bo`);
      await once(socket, 'data');
      socket.write('dy');
      await pause(2_200);
      socket.write(head('GET /health HTTP/1.1', 'Connection: close'));
      await once(socket, 'end');

      expect(answers).to.match(/HTTP\/1\.1 404 .*HTTP\/1\.1 200 /s);
    });

    it('does not ask for a body with 100 Continue', async () => {
      await start(bodiless(), { handlesExpect: true });
      const socket = open();
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.write(head('POST /nowhere HTTP/1.1', 'Content-Length: 100', 'Expect: 100-continue'));
      await once(socket, 'end');

      expect(answer).to.match(/^HTTP\/1\.1 404 .*Connection: close/is);
    });
  });

  it('answers 503 at /ready while it stops, with and without a query', async () => {
    await start((_request, response) => response.end('ready'), { drainMs: 200 });
    void server.stop();

    for (const path of ['/ready', '/ready?from=balancer'])
      expect((await fetch(server.url + path)).status).to.equal(503);
    expect((await fetch(`${server.url}/readiness`)).status).to.equal(200);
  });

  it('does not wait, when it stops, for a client that is still sending after its answer', async () => {
    await start((_request, response) => response.writeHead(422).end('refused'), { finishMs: 3_600_000 });
    const socket = open();
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf');
    await once(socket, 'data');

    await server.stop();
  });
});
