import { expect } from 'chai';
import { Router } from 'express';
import supertest from 'supertest';
import { z } from 'zod';
import { StreamMoved } from '@lego-moc/application/event-streams';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { createApi, type ApiOptions } from './api.ts';
import { expectedRevision } from './if-match.ts';
import { noContent, ok, problem, respond } from './respond.ts';
import { defineRoute, route } from './route-contract.ts';

type Problem = {
  type: string;
  detail: string;
  instance: string;
  correlationId: string;
  errors?: { pointer: string }[];
};

const api = (routes: ApiOptions['routes'], more: Partial<ApiOptions> = {}) =>
  supertest(
    createApi({
      service: 'spec',
      logger: silentLogger,
      metrics: createMetrics('spec', { processMetrics: false }),
      routes,
      ...more,
    }),
  );

const failing = (error: Error) =>
  api([
    Router().post(
      '/mocs/:id',
      respond(() => {
        throw error;
      }),
    ),
  ]);

const rename = defineRoute({
  method: 'post',
  path: '/mocs/:mocId',
  summary: 'Rename a MOC',
  params: z.object({ mocId: z.uuid() }),
  query: z.object({ dry: z.stringbool().default(false) }),
  body: z.strictObject({ title: z.string().min(1) }),
  replies: { 200: { description: 'The new title', schema: z.object({ title: z.string() }) } },
});
const id = '01234567-89ab-7def-8123-456789abcdef';

describe('answering a request', () => {
  it('parses the parameters and the body that the contract describes', async () => {
    const reply = await api([
      route(rename, ({ params, query, body }) => ok({ title: body.title, ...params, ...query })),
    ])
      .post(`/mocs/${id}?dry=yes`)
      .send({ title: 'Crane' });

    expect(reply.body).to.deep.equal({ title: 'Crane', mocId: id, dry: true });
  });

  for (const [subject, error, status, code] of [
    ['a full disk', Object.assign(new Error('no space'), { code: 'ENOSPC' }), 507, 'storage-full'],
    ['the 404 of another service', Object.assign(new Error('answered 404'), { status: 404 }), 500, 'internal-error'],
    [
      'a body that broke on its way to another service',
      Object.assign(new Error('broke', { cause: new Error('cut off') }), { name: 'RequestBodyFailed' }),
      400,
      'body-incomplete',
    ],
  ] as const)
    it(`answers ${status} ${code} to ${subject}`, async () => {
      const reply = await api([
        route(rename, () => {
          throw error;
        }),
      ])
        .post(`/mocs/${id}`)
        .send({ title: 'Crane' });

      expect([reply.status, (reply.body as Problem).type]).to.deep.equal([status, `urn:lego-moc:problem:${code}`]);
    });

  it('names every invalid field', async () => {
    const reply = await api([route(rename, () => ok({}))])
      .post(`/mocs/${id}`)
      .send({ title: '', colour: 4 });

    const { type, errors, instance } = reply.body as Problem;
    expect(reply.status).to.equal(400);
    expect(reply.type).to.equal('application/problem+json');
    expect(type).to.equal('urn:lego-moc:problem:invalid-request');
    expect(instance).to.equal(`/mocs/${id}`);
    expect(errors?.map(({ pointer }) => pointer)).to.include('/title');
  });

  it('refuses text that PostgreSQL cannot store, and names the field', async () => {
    for (const text of ['Cr\0ane', 'Cr\ud800ane']) {
      const reply = await api([route(rename, () => ok({}))])
        .post(`/mocs/${id}`)
        .set('content-type', 'application/json')
        .send(JSON.stringify({ title: text }));
      expect(reply.status).to.equal(400);
      expect((reply.body as Problem).errors?.map(({ pointer }) => pointer)).to.deep.equal(['/title']);
    }
  });

  it('passes undefined to the route for a body of length 0', async () => {
    const bodiless = { ...rename, body: z.object({ title: z.string() }).optional() };
    const reply = await api([route(bodiless, ({ body }) => ok({ sent: body !== undefined }))])
      .post(`/mocs/${id}`)
      .set('content-length', '0');
    expect(reply.body).to.deep.equal({ sent: false });
  });

  it('rejects a URL-encoded form with 415, and says to send JSON', async () => {
    const reply = await api([route(rename, () => ok({}))])
      .post(`/mocs/${id}`)
      .set('content-type', 'application/x-www-form-urlencoded')
      .send('title=Crane');
    expect(reply.status).to.equal(415);
    expect(reply.body).to.deep.include({
      type: 'urn:lego-moc:problem:media-type-unsupported',
      detail: 'Send the body as JSON, with Content-Type: application/json. Forms are not accepted here.',
    });
  });

  it('fails in tests when a reply breaks its contract', async () => {
    const reply = await api([route(rename, () => ok({ name: 'Crane' }))], { checkReplies: true, contracts: [rename] })
      .post(`/mocs/${id}`)
      .send({ title: 'Crane' });

    expect(reply.status).to.equal(500);
  });

  it('cannot be set up in tests with a route without a contract', () => {
    const open = () =>
      api(
        [
          Router().get(
            '/secret',
            respond(() => ok({})),
          ),
        ],
        { checkReplies: true, contracts: [] },
      );

    expect(open).to.throw('GET /secret');
  });

  it('cannot be set up in tests with a reply without a schema', () => {
    const vague = defineRoute({ ...rename, replies: { 201: { description: 'Something' }, 204: { description: '' } } });

    expect(() => api([], { checkReplies: true, contracts: [vague] })).to.throw('POST /mocs/:mocId 201');
  });

  for (const [body, status, code] of [
    ['{"title":', 400, 'malformed-json'],
    [JSON.stringify({ title: 'x'.repeat(1_100_000) }), 413, 'body-too-large'],
    ['['.repeat(200_000), 400, 'malformed-json'],
    [`{"title":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400, 'invalid-request'],
    ['{"title":"a","__proto__":{"owner":"eve"}}', 400, 'invalid-request'],
    ['{"title":"a","owner":"eve"}', 400, 'invalid-request'],
    ['{"title":1e999}', 400, 'invalid-request'],
  ] as const)
    it(`answers ${status} ${code} to ${body.slice(0, 9)}… of ${body.length} bytes`, async () => {
      const reply = await api([route(rename, () => ok({}))])
        .post(`/mocs/${id}`)
        .type('json')
        .send(body);

      expect(reply.status).to.equal(status);
      expect((reply.body as Problem).type).to.equal(`urn:lego-moc:problem:${code}`);
    });

  for (const [subject, body, status, code] of [
    ['what is not UTF-8', Buffer.from('{"title":"Cr\xe4ne"}', 'latin1'), 400, 'malformed-json'],
    ['half a character', Buffer.from('{"title":"\xf0\x9f"}', 'latin1'), 400, 'malformed-json'],
    ['a charset of UTF-16', Buffer.from('{"title":"Crane"}', 'utf16le'), 415, 'charset-not-supported'],
    ['a charset of latin1', Buffer.from('{"title":"Cr\xe4ne"}', 'latin1'), 415, 'charset-not-supported'],
  ] as const)
    it(`answers ${status} ${code} to ${subject}`, async () => {
      const charset = /charset of (.+)/.exec(subject)?.[1];
      const reply = await api([route(rename, ({ body: { title } }) => ok({ title }))])
        .post(`/mocs/${id}`)
        .set('content-type', charset === undefined ? 'application/json' : `application/json; charset=${charset}`)
        .serialize((bytes: unknown) => bytes as string)
        .send(body);

      expect(reply.status).to.equal(status);
      expect((reply.body as Problem).type).to.equal(`urn:lego-moc:problem:${code}`);
    });

  for (const charset of ['utf-8', '"UTF-8"'])
    it(`decodes every character in a body whose charset is ${charset}`, async () => {
      const reply = await api([route(rename, ({ body: { title } }) => ok({ title }))])
        .post(`/mocs/${id}`)
        .set('content-type', `application/json; charset=${charset}`)
        .send(JSON.stringify({ title: 'Kräne 🏗 \ufffd' }));

      expect(reply.body).to.deep.equal({ title: 'Kräne 🏗 \ufffd' });
    });

  it('answers 409 when another writer was faster, 412 when the client named its revision', async () => {
    const request = failing(new StreamMoved('moc-1', 3n));

    expect((await request.post('/mocs/1')).status).to.equal(409);
    expect((await request.post('/mocs/1').set('if-match', '"3"')).status).to.equal(412);
  });

  it('answers 503 with Retry-After when a store is down', async () => {
    const connectionError = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const reply = await failing(new Error('query failed', { cause: connectionError })).post('/mocs/1');

    expect(reply.status).to.equal(503);
    expect(reply.headers).to.have.property('retry-after');
  });

  it("answers 500 when another service refused this one's request, and does not show its status", async () => {
    const upstreamError = Object.assign(new Error('file-storage answered POST /internal with 413'), { status: 413 });
    const reply = await failing(upstreamError).post('/mocs/7').expect(500);
    expect(reply.text).to.include('internal-error').and.not.to.include('file-storage');
  });

  it('hides the text of an unexpected error', async () => {
    const reply = await failing(new Error('password=hunter2 at /srv/app.ts:1')).post('/mocs/1');

    expect(reply.status).to.equal(500);
    expect(reply.text).not.to.match(/hunter2|app\.ts|at /);
    expect((reply.body as Problem).correlationId).to.equal(reply.headers['x-correlation-id']);
  });

  it('answers 404 with a problem to an unknown path', async () => {
    const reply = await api([]).get('/nowhere');

    expect(reply.status).to.equal(404);
    expect((reply.body as Problem).type).to.equal('urn:lego-moc:problem:route-not-found');
  });

  it('answers 405 with the allowed methods to an unknown method', async () => {
    const reply = await api([], { contracts: [rename] }).put('/mocs/1');

    expect(reply.status).to.equal(405);
    expect(reply.headers['allow']).to.equal('POST');
  });

  for (const path of [`/Mocs/${id}`, `/mocs/${id}/`, `/MOCS/${id}/`])
    it(`does not accept ${path} as another spelling of a route`, async () => {
      const request = api([route(rename, () => ok({ title: 'Crane' }))], { contracts: [rename] });

      expect((await request.post(path).send({ title: 'Crane' })).status).to.equal(404);
      expect((await request.put(path)).status).to.equal(404);
    });

  it('answers 304 to a client that has the representation already', async () => {
    const request = api([
      Router().get(
        '/mocs/1',
        respond(() => ok({ title: 'Crane' }, { etag: 3n })),
      ),
    ]);

    expect((await request.get('/mocs/1')).headers).to.include({ etag: '"3"' });
    const again = await request.get('/mocs/1').set('if-none-match', '"3"');
    expect(again.status).to.equal(304);
    expect(again.text).to.equal('');
  });

  it('answers 200 to a client that has a representation which must not be stored', async () => {
    const headers = { 'cache-control': 'no-store' };
    const reply = () => ok({ url: 'http://files.test/1?expires=1' }, { etag: 3n, headers });
    const request = api([Router().get('/mocs/1', respond(reply))]);
    expect((await request.get('/mocs/1').set('if-none-match', '"3"')).status).to.equal(200);
  });

  for (const [tag, outcome] of [
    ['"3"', 'revision 3'],
    ['*', 'revision undefined'],
    ['W/"3"', 412],
    ['"abc"', 412],
    ['3', 400],
  ] as const)
    it(`reads If-Match ${tag} as ${outcome}`, async () => {
      const request = api([
        Router().put(
          '/mocs/1',
          respond((incoming) => ok(`revision ${String(expectedRevision(incoming))}`)),
        ),
      ]);
      const reply = await request.put('/mocs/1').set('if-match', tag);

      expect(reply.status === 200 ? (reply.body as string) : reply.status).to.equal(outcome);
    });
});

describe('operating a service', () => {
  it('is ready only when it can do its work', async () => {
    const request = api([], { ready: () => ({ ready: false, reason: 'The event store is not reachable.' }) });

    expect((await request.get('/health')).status).to.equal(200);
    expect((await request.get('/ready')).status).to.equal(503);
  });

  for (const path of ['/Health', '/ready/', '/READY', '/Metrics', '/metrics/', '/openapi.JSON', '/openapi.json/'])
    it(`has nothing at ${path}`, async () => {
      expect((await api([]).get(path)).status).to.equal(404);
    });

  it('counts requests by route, not by path', async () => {
    const request = api([
      Router().get(
        '/mocs/:id',
        respond(() => noContent()),
      ),
    ]);
    await request.get('/mocs/1');
    await request.get('/mocs/2');

    const { text } = await request.get('/metrics');
    expect(text).to.match(/http_request_duration_seconds_count\{.*route="\/mocs\/:id",status="204".*\} 2/);
  });

  it('publishes the contracts of its routes', async () => {
    const request = api([route(rename, () => problem(410, 'gone', 'Gone.'))], { contracts: [rename] });
    const body = (await request.get('/openapi.json')).body as object;

    expect(body).to.have.nested.property('paths./mocs/{mocId}.post.summary', 'Rename a MOC');
    expect(body).to.have.nested.property('paths./mocs/{mocId}.post.responses.200');
    expect(body).to.have.nested.property('paths./mocs/{mocId}.post.responses.401');
  });
});
