import { request as httpRequest } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Router } from 'express';
import supertest from 'supertest';
import { z } from 'zod';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { GATEWAY_TIMEOUTS, SERVICE_TIMEOUTS } from './answer-timeouts.ts';
import { createApi, type ApiOptions } from './api.ts';
import { setCaller } from './caller.ts';
import { idempotent } from './idempotency.ts';
import { inMemoryIdempotencyStore } from './in-memory-idempotency-store.ts';
import { createdReply, ok, respond, type Reply } from './respond.ts';
import { defineRoute, route } from './route-contract.ts';

const api = (routes: ApiOptions['routes'], more: Partial<ApiOptions> = {}) =>
  createApi({
    service: 'spec',
    logger: silentLogger,
    metrics: createMetrics('spec', { processMetrics: false }),
    answerTimeouts: { requestMs: 20, uploadMs: 20 },
    routes,
    ...more,
  });

const upload = defineRoute({
  method: 'post',
  path: '/files',
  summary: 'Store a file',
  upload: { mediaType: 'application/octet-stream' },
  replies: { 200: { description: 'How long it is', schema: z.object({ bytes: z.int() }) } },
});

const bodyLength = async (chunks: AsyncIterable<Buffer>): Promise<number> => {
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.length;
  return bytes;
};

describe('answering in time', () => {
  it('answers 503 with Retry-After where a route does not answer', async () => {
    const silent = Router().get(
      '/mocs',
      respond(() => new Promise<Reply>(() => undefined)),
    );
    const reply = await supertest(api([silent])).get('/mocs');

    expect(reply.status).to.equal(503);
    expect((reply.body as { type: string }).type).to.equal('urn:lego-moc:problem:temporarily-unavailable');
    expect(reply.headers).to.include({ 'retry-after': '5', 'content-type': 'application/problem+json' });
  });

  it('gives a route about a file that arrived before the time of an upload', async () => {
    const check = defineRoute({
      method: 'post',
      path: '/files/:fileId/check',
      summary: 'Check a file',
      isAboutFile: true,
      replies: { 200: { description: 'Checked' } },
    });
    const { promise: fileCheck, resolve: finish } = Promise.withResolvers<undefined>();
    const slow = route(check, async () => {
      await fileCheck;
      return ok({});
    });
    const answerTimeouts = { requestMs: 1, uploadMs: 60_000 };
    const reply = supertest(api([slow], { contracts: [check], answerTimeouts })).post('/files/1/check');
    setTimeout(() => finish(undefined), 50);
    expect((await reply).status).to.equal(200);
  });

  it('keeps the late reply of a route under the Idempotency-Key of the request', async () => {
    const { promise: lateWork, resolve: finish } = Promise.withResolvers<undefined>();
    let times = 0;
    const slow = Router().post(
      '/mocs',
      respond(async () => {
        times += 1;
        await lateWork;
        return createdReply('/mocs/1', { times });
      }),
    );
    const asAda: ApiOptions['routes'][number] = (request, _response, next) => {
      setCaller(request, { user: { id: 'ada' as UserId, roles: [] } });
      next();
    };
    const app = api([asAda, idempotent(inMemoryIdempotencyStore(), { logger: silentLogger }), slow]);
    const post = () => supertest(app).post('/mocs').set('idempotency-key', 'k-1').send({});

    expect((await post()).status).to.equal(503);
    finish(undefined);
    const again = await post();
    expect({ status: again.status, body: again.body as unknown }).to.deep.equal({ status: 201, body: { times: 1 } });
  });

  it('counts the time of an upload from the end of its body', async () => {
    const store = route(upload, async ({ request }) => ok({ bytes: await bodyLength(request) }));
    const server = api([store], { contracts: [upload], answerTimeouts: { requestMs: 20, uploadMs: 10_000 } }).listen(0);
    try {
      const { port } = server.address() as AddressInfo;
      const sending = httpRequest({ port, path: '/files', method: 'POST' });
      const answer = once(sending, 'response') as Promise<[{ statusCode: number }]>;
      sending.write('half');
      await new Promise((resolve) => setTimeout(resolve, 100));
      sending.end('half');
      expect((await answer)[0].statusCode).to.equal(200);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('answers 503 where a route does not answer a whole upload', async () => {
    const silent = route(upload, async ({ request }) => {
      await bodyLength(request);
      return new Promise<Reply>(() => undefined);
    });
    const app = api([silent], { contracts: [upload], answerTimeouts: { requestMs: 60_000, uploadMs: 20 } });
    expect((await supertest(app).post('/files').type('application/octet-stream').send('whole')).status).to.equal(503);
  });

  it('answers 503 where a route does not answer JSON at a path that takes files as well', async () => {
    const either = defineRoute({ ...upload, body: z.object({ title: z.string() }) });
    const silent = route(either, () => new Promise<Reply>(() => undefined));
    const app = api([silent], { contracts: [either], answerTimeouts: { requestMs: 20, uploadMs: 60_000 } });
    expect((await supertest(app).post('/files').send({ title: 'Hull' })).status).to.equal(503);
  });

  for (const kind of ['requestMs', 'uploadMs'] as const)
    it(`has services answer at least a second before the gateway gives up: ${kind}`, () => {
      expect(GATEWAY_TIMEOUTS[kind] - SERVICE_TIMEOUTS[kind]).to.be.at.least(1_000);
    });
});
