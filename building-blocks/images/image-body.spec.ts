import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { createApi } from '@lego-moc/http/api';
import { exactRouter } from '@lego-moc/http/exact-router';
import { defineRoute } from '@lego-moc/http/route-contract';
import { ok, respond } from '@lego-moc/http/respond';
import { serve } from '@lego-moc/http/serve';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { imageBody, imageFileOf } from './image-body.ts';

const BYTES_MAX = 1_048_576;

const putImage = defineRoute({
  method: 'put',
  path: '/image',
  summary: 'Receive an image',
  upload: { mediaType: 'image/*' },
  replies: { 200: { description: 'What was received', mediaType: 'application/json' } },
});

describe('receiving an image as a body', () => {
  let port: number;
  let url: string;
  const paths: string[] = [];
  const allRemoved = () => pollUntil('every file is removed', () => !paths.some((path) => existsSync(path)));

  before(async () => {
    const app = createApi({
      service: 'images',
      logger: silentLogger,
      metrics: createMetrics('images', { processMetrics: false }),
      contracts: [putImage],
      routes: [
        exactRouter().put('/image', imageBody(BYTES_MAX)),
        exactRouter().put(
          '/image',
          respond(async (request) => {
            const file = imageFileOf(request);
            paths.push(file?.path ?? '');
            const bytes = await readFile(file?.path ?? '');
            return ok({
              size: file?.size,
              sum: bytes.reduce((sum, byte) => sum + byte, 0),
              json: request.body as unknown,
            });
          }),
        ),
      ],
    });
    const server = await serve(app, { port: 0, logger: silentLogger, signals: false, finishMs: 100 });
    closeAfterAllTests(server.stop);
    ({ port } = server);
    url = `${server.url}/image`;
  });

  const put = (body: Uint8Array, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'PUT', body: new Uint8Array(body), headers });
  const problemOf = async (reply: Response) => [reply.status, ((await reply.json()) as { type: string }).type];

  it('passes the whole body to the route as a file, and removes the file after the answer', async () => {
    const reply = await put(Buffer.alloc(BYTES_MAX, 1));
    expect(await reply.json()).to.deep.include({ size: BYTES_MAX, sum: BYTES_MAX });
    await allRemoved();
  });

  it('serialises as its hash, by which the idempotency middleware compares bodies', async () => {
    const { json } = (await (await put(Buffer.from('abc'))).json()) as { json: string };
    expect(json).to.equal('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });

  it('rejects byte 1,048,577 with 413, declared or not', async () => {
    expect(await problemOf(await put(Buffer.alloc(BYTES_MAX + 1)))).to.deep.equal([
      413,
      'urn:lego-moc:problem:body-too-large',
    ]);
    const body = new ReadableStream({
      start: (stream) => {
        stream.enqueue(Buffer.alloc(BYTES_MAX + 1));
        stream.close();
      },
    });
    const reply = await fetch(url, { method: 'PUT', body, duplex: 'half' });
    expect(await problemOf(reply)).to.deep.equal([413, 'urn:lego-moc:problem:body-too-large']);
  });

  it('rejects an encoded body with 415', async () => {
    const reply = await put(gzipSync('abc'), { 'content-encoding': 'gzip' });
    expect(await problemOf(reply)).to.deep.equal([415, 'urn:lego-moc:problem:encoding-not-supported']);
  });

  it('calls no route for a body that breaks off', async () => {
    const calls = paths.length;
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('PUT /image HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
    socket.destroy();
    await put(Buffer.from('abc'));
    expect(paths.length).to.equal(calls + 1);
    await allRemoved();
  });
});
