import { expect } from 'chai';
import type { Express, RequestHandler } from 'express';
import request from 'supertest';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import { systemClock } from '@lego-moc/application/clock';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { parseFile } from '../../application/parse-file.ts';
import type { JobReply } from '../../contracts/http-api.ts';
import { cancelJob, withdrawJob } from '../../application/remove-lots.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import { inMemoryParsing, type InMemoryParsing } from '../../testing/in-memory-ports.ts';
import { jobControlRoutes } from './job-control.route.ts';
import { jobRoutes } from './job.route.ts';
import { CONTRACTS } from './routes.ts';
import { findVisibleJob } from './visible-job.ts';

/** Tests name their caller in `x-test-user` or `x-test-service`. */
const authenticate: RequestHandler = (incoming, _response, next) => {
  const user = incoming.get('x-test-user');
  setCaller(incoming, {
    ...(user === undefined ? {} : { user: { id: user as UserId, roles: [] } }),
    service: incoming.get('x-test-service'),
  });
  next();
};

const apiOver = (world: InMemoryParsing): Express =>
  createApi({
    service: 'file-processing',
    logger: silentLogger,
    metrics: createMetrics('file-processing', { processMetrics: false }),
    contracts: CONTRACTS,
    checkReplies: true,
    routes: [
      authenticate,
      jobRoutes({
        ...{ load: world.load, handle: world.handle, files: world.files, now: systemClock },
        progress: () => Promise.resolve({ lots: 0, bytes: 0, lines: 0 }),
        lots: () => Promise.resolve({ lots: [], nextCursor: null }),
      }),
      jobControlRoutes({
        ...{ find: findVisibleJob(world.load), cancel: cancelJob(world) },
        progress: () => Promise.resolve({ lots: 0, bytes: 0, lines: 0 }),
      }),
    ],
  });

const file = (change: object = {}) => ({
  ...{ jobId: newId(), fileId: newId(), fileName: 'mill.xml', owner: 'ada' },
  reference: { mocId: newId(), partsListId: newId() },
  ...change,
});

describe('the HTTP API for jobs', () => {
  let world: InMemoryParsing;
  let api: Express;

  const submit = (body: object, headers: Record<string, string> = { 'x-test-service': 'moc-management' }) =>
    request(api).post('/v1/process-file').set(headers).send(body);
  const get = (path: string, user: string) => request(api).get(path).set('x-test-user', user);
  const typeOf = ({ body }: { body: unknown }): string => (body as { type: string }).type;

  beforeEach(() => {
    world = inMemoryParsing();
    api = apiOver(world);
  });

  it('accepts a file with 202 and the location of its job', async () => {
    const body = file();
    const reply = await submit(body).expect(202, { jobId: body.jobId });
    expect(reply.headers['location']).to.equal(`/v1/jobs/${body.jobId}`);
    const job = await get(`/v1/jobs/${body.jobId}`, 'ada').expect(200);
    expect((job.body as { status: string }).status).to.equal('queued');
  });

  it('answers a repeated submission the same, by job id or by Idempotency-Key', async () => {
    const body = file();
    await submit(body).expect(202);
    await submit(body).expect(202, { jobId: body.jobId });
    const headers = { 'x-test-service': 'moc-management', 'idempotency-key': 'once' };
    const bodyWithoutId = file({ jobId: undefined });
    const first = await submit(bodyWithoutId, headers).expect(202);
    await submit(bodyWithoutId, headers).expect(202, first.body as object);
  });

  it('answers 409 to another file under the same job id', async () => {
    const body = file();
    await submit(body).expect(202);
    expect(typeOf(await submit({ ...body, fileId: newId() }).expect(409))).to.equal(
      'urn:lego-moc:problem:job-id-taken',
    );
  });

  it('answers 400 with a pointer to an invalid field', async () => {
    const reply = await submit(file({ fileId: 'nonsense' })).expect(400);
    const [error] = (reply.body as { errors: { pointer: string }[] }).errors;
    expect(error?.pointer).to.equal('/fileId');
  });

  it('takes the id of a stored file only, and fetches nothing from an address', async () => {
    for (const fileUrl of [
      'http://169.254.169.254/latest/meta-data',
      'http://[::ffff:127.0.0.1]:9500/',
      'file:///etc/passwd',
    ]) {
      await submit({ ...file(), fileUrl }).expect(400);
      await submit(file({ fileId: fileUrl })).expect(400);
    }
  });

  it('answers 404 when a user submits another user’s file', async () => {
    await submit(file(), { 'x-test-user': 'ada' }).expect(202);
    const reply = await submit(file(), { 'x-test-user': 'bob' }).expect(404);
    expect(typeOf(reply)).to.equal('urn:lego-moc:problem:file-not-found');
    await submit(file({ owner: 'bob' }), { 'x-test-user': 'bob' }).expect(404);
  });

  it('answers 404 for another user’s job and 401 without a caller', async () => {
    const body = file();
    await submit(body).expect(202);
    const path = `/v1/jobs/${body.jobId}`;
    expect(typeOf(await get(path, 'bob').expect(404))).to.equal('urn:lego-moc:problem:job-not-found');
    expect(typeOf(await get(`${path}/lots`, 'bob').expect(404))).to.equal('urn:lego-moc:problem:job-not-found');
    await request(api).get(path).expect(401);
  });

  it('shows the findings of a completed job and the error of a failed one', async () => {
    const good = await world.submit('Part,Color,Quantity\n3001,4,2\nx9,777,1\n');
    const bad = await world.submit('');
    for (const jobId of [good, bad])
      await parseFile(world)(jobId, newId() as AttemptId, { commandId: newId(), correlationId: newId(), actor: 'ada' });
    const completedReply = await get(`/v1/jobs/${good}`, 'ada').expect(200);
    expect((completedReply.body as { result: { pieces: number } }).result.pieces).to.equal(3);
    const failedReply = await get(`/v1/jobs/${bad}`, 'ada').expect(200);
    expect((failedReply.body as { error: unknown }).error).to.deep.equal({
      code: 'empty-file',
      detail: 'The file is empty.',
    });
    await get(`/v1/jobs/${good}/lots?limit=10`, 'ada').expect(200);
    await get(`/v1/jobs/${good}/lots?limit=100000`, 'ada').expect(400);
    expect(typeOf(await get(`/v1/jobs/${bad}/lots`, 'ada').expect(409))).to.match(/job-not-completed$/);
    await get(`/v1/jobs/${newId() as JobId}`, 'ada').expect(404);
  });

  it('answers 410 for a job whose MOC was deleted, to its owner only', async () => {
    const jobId = await world.submit('Part,Color,Quantity\n3001,4,2\n');
    const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
    await parseFile(world)(jobId, newId() as AttemptId, cause);
    await withdrawJob(world)(jobId, cause);
    for (const path of [`/v1/jobs/${jobId}`, `/v1/jobs/${jobId}/lots`])
      expect(typeOf(await get(path, 'ada').expect(410))).to.equal('urn:lego-moc:problem:job-withdrawn');
    await get(`/v1/jobs/${jobId}`, 'bob').expect(404);
  });

  it('lets its owner decide the colour scheme of a job that needs it', async () => {
    const jobId = await world.submit('Part Number,Colour Number,Qty\nx1,5,2\n');
    const parse = () =>
      parseFile(world)(jobId, newId() as AttemptId, { commandId: newId(), correlationId: newId(), actor: 'ada' });
    await parse();
    const open = await get(`/v1/jobs/${jobId}`, 'ada').expect(200);
    const { status, readings } = open.body as { status: string; readings: { colourScheme: string }[] };
    expect([status, readings.map(({ colourScheme }) => colourScheme)]).to.eql([
      'needs-decision',
      ['rebrickable', 'bricklink'],
    ]);
    const decide = (user: string, body: object) =>
      request(api).post(`/v1/jobs/${jobId}/decision`).set('x-test-user', user).send(body);
    await decide('bob', { colourScheme: 'bricklink' }).expect(404);
    await decide('ada', { colourScheme: 'lego' }).expect(400);
    await decide('ada', { colourScheme: 'bricklink' }).expect(202, { jobId });
    await decide('ada', { colourScheme: 'bricklink' }).expect(202);
    expect(typeOf(await decide('ada', { colourScheme: 'rebrickable' }).expect(409))).to.match(/decision-not-needed$/);
    await parse();
    const over = await get(`/v1/jobs/${jobId}`, 'ada').expect(200);
    expect((over.body as { result: { colourScheme: object } }).result.colourScheme).to.eql({
      scheme: 'bricklink',
      reason: 'user',
    });
  });

  it('reads a copy as was decided for the original, for a service and for nobody who cannot see that', async () => {
    const content = 'Part Number,Colour Number,Qty\nx1,5,2\n';
    const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
    const sameAs = await world.submit(content);
    await parseFile(world)(sameAs, newId() as AttemptId, cause);
    await request(api)
      .post(`/v1/jobs/${sameAs}/decision`)
      .set('x-test-user', 'ada')
      .send({ colourScheme: 'bricklink' })
      .expect(202);

    const statusAfter = async (headers: Record<string, string>, about: string): Promise<string> => {
      const body = file({ owner: 'bob', sameAs: about });
      world.contents.set(body.fileId, content);
      await submit(body, headers).expect(202);
      await parseFile(world)(body.jobId as JobId, newId() as AttemptId, cause);
      return (await world.load(body.jobId as JobId)).status;
    };
    expect(await statusAfter({ 'x-test-service': 'moc-management' }, sameAs)).to.equal('completed');
    expect(await statusAfter({ 'x-test-service': 'moc-management' }, newId())).to.equal('needs-decision');
    const asBob = { 'x-test-service': 'moc-management', 'x-test-user': 'bob' };
    expect(await statusAfter(asBob, sameAs)).to.equal('needs-decision');
  });

  it('lets its owner decide what the columns mean, and refuses what makes no mapping', async () => {
    const jobId = await world.submit('Teil;Anzahl\n3001;2\n');
    const parse = () =>
      parseFile(world)(jobId, newId() as AttemptId, { commandId: newId(), correlationId: newId(), actor: 'ada' });
    await parse();
    const open = (await get(`/v1/jobs/${jobId}`, 'ada').expect(200)).body as JobReply;
    expect([open.status, open.readings, open.columns?.header]).to.eql(['needs-decision', [], ['Teil', 'Anzahl']]);
    const guess = open.columns?.guess;
    const decide = (user: string, body: object) =>
      request(api).post(`/v1/jobs/${jobId}/decision`).set('x-test-user', user).send(body);
    await decide('bob', { columns: guess }).expect(404);
    for (const body of [
      ...[{}, { columns: { hasHeader: true, quantity: 1 } }, { columns: { hasHeader: true, part: 0, quantity: 0 } }],
      { columns: { hasHeader: true, part: 0, element: 1 } },
    ])
      await decide('ada', body).expect(400);
    expect(typeOf(await decide('ada', { columns: { ...guess, spare: 2 } }).expect(422))).to.match(/column-missing$/);
    expect(typeOf(await decide('ada', { colourScheme: 'bricklink' }).expect(409))).to.match(/decision-not-needed$/);
    await decide('ada', { columns: guess }).expect(202, { jobId });
    await decide('ada', { columns: guess }).expect(202);
    await parse();
    const over = (await get(`/v1/jobs/${jobId}`, 'ada').expect(200)).body as JobReply;
    expect(over.result?.columns).to.eql({ mapping: guess, reason: 'user' });
  });

  it('lets its owner cancel a job, once and again, and never after it has ended', async () => {
    const jobId = await world.submit('Part,Color,Quantity\n3001,4,2\n');
    const cancel = (user: string, id = jobId) =>
      request(api).post(`/v1/jobs/${id}/cancellation`).set('x-test-user', user);
    await cancel('bob').expect(404);
    await cancel('ada').expect(200, { jobId, status: 'cancelled' });
    await cancel('ada').expect(200, { jobId, status: 'cancelled' });
    expect(((await get(`/v1/jobs/${jobId}`, 'ada').expect(200)).body as JobReply).status).to.equal('cancelled');
    await get(`/v1/jobs/${jobId}/lots`, 'ada').expect(409);
    const read = await world.submit('Part,Color,Quantity\n3001,4,2\n');
    await parseFile(world)(read, newId() as AttemptId, { commandId: newId(), correlationId: newId(), actor: 'ada' });
    expect(typeOf(await cancel('ada', read).expect(409))).to.match(/job-over$/);
  });

  it('streams the state of an ended job once, and tells a client that saw it to stop', async () => {
    const jobId = await world.submit('Part,Color,Quantity\n3001,4,2\n');
    await parseFile(world)(jobId, newId() as AttemptId, { commandId: newId(), correlationId: newId(), actor: 'ada' });
    const path = `/v1/jobs/${jobId}/events`;
    const reply = await get(path, 'ada')
      .expect(200)
      .expect('content-type', /^text\/event-stream/);
    expect(reply.text).to.match(/^retry: \d+\n\nevent: completed\nid: completed\ndata: (\{.*\})\n\n$/);
    await get(path, 'ada').set('last-event-id', 'completed').expect(204);
    await get(path, 'ada').set('last-event-id', 'parsing').expect(200);
    await get(path, 'bob').expect(404);
  });
});
