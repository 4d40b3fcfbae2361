import { expect } from 'chai';
import supertest from 'supertest';
import type { ParkedMessage } from '@lego-moc/event-store/persistent-groups';
import { createApi } from '@lego-moc/http/api';
import { refuse } from '@lego-moc/http/problem';
import type { Instant } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { NoFormerGeneration, RebuildRunning } from '@lego-moc/read-models/read-model-store';
import type { Progress } from '@lego-moc/read-models/rebuild';
import type { ProjectionStatus, RunningProjection } from '@lego-moc/read-models/run-projection';
import type { Verification } from '@lego-moc/read-models/verify';
import type { RecordAction } from './operator-actions.ts';
import { PROJECTION_CONTRACTS, projectionsRouter } from './projection-routes.ts';

const status: ProjectionStatus = {
  name: 'box-shelf',
  group: 'toys-box-shelf',
  state: 'live',
  lag: 0,
  parked: 1,
  generation: 3,
  builtAt: '2026-01-01T12:00:00.000Z',
  rows: 12,
};

const parkedMessage: ParkedMessage = {
  number: 4n,
  reason: 'Error: No such part',
  parkedAt: '2026-01-01T12:00:00.000Z' as Instant,
  link: '7@box-1',
  event: {
    stream: 'box-1',
    revision: 7n,
    position: 99n,
    eventId: 'e1',
    type: 'toys.BrickAdded',
    data: { part: 'poison' },
    recordedAt: '2026-01-01T12:00:00.000Z' as Instant,
    cause: { commandId: 'c', correlationId: 'k', actor: 'ada' },
    retryCount: 0,
  },
};

const filling: Progress = { phase: 'filling', events: 5, rows: 2, failed: 0, elapsedMs: 1 };
const lastProgress: Progress = { ...filling, phase: 'done' };
const comparing: Verification = { ...filling, phase: 'comparing', differing: 0, differences: [] };
const verification: Verification = {
  ...{ ...comparing, phase: 'done', differing: 1 },
  differences: [{ id: '7', revision: '3', expectedRevision: '4', columns: ['studs'] }],
};

const rollback = { phase: 'done', rows: 2, elapsedMs: 3, generation: 1 } as const;

const shelf: RunningProjection = {
  name: 'box-shelf',
  status: () => Promise.resolve(status),
  rebuild: (onProgress) => {
    onProgress?.(filling);
    onProgress?.(lastProgress);
    return Promise.resolve(lastProgress);
  },
  rollBack: (onProgress) => {
    onProgress?.(rollback);
    return Promise.resolve(rollback);
  },
  verify: (onProgress) => {
    onProgress?.(comparing);
    onProgress?.(verification);
    return Promise.resolve(verification);
  },
  cancel: () => true,
  parked: () => Promise.resolve([parkedMessage]),
  replay: () => Promise.resolve(1),
  stop: () => Promise.resolve(),
};

const takenActions: Parameters<RecordAction>[1][] = [];

const api = (projection: RunningProjection = shelf) =>
  supertest(
    createApi({
      service: 'toys',
      logger: silentLogger,
      metrics: createMetrics('toys'),
      contracts: PROJECTION_CONTRACTS,
      checkReplies: true,
      routes: [
        projectionsRouter(
          () => [projection],
          (request, _response, next) => {
            if (request.get('x-operator') === undefined) refuse(403, 'role-missing', 'This needs the role operator.');
            next();
          },
          (_request, action) => {
            takenActions.push(action);
            return Promise.resolve();
          },
        ),
      ],
    }),
  );

const bodyOf = (response: { readonly body: unknown }): unknown => response.body;

const get = (path: string) => api().get(path).set('x-operator', 'yes');
const post = (path: string, projection?: RunningProjection) => api(projection).post(path).set('x-operator', 'yes');

describe('operating projections over HTTP', () => {
  it('answers 403 without the role operator', async () => {
    await api().get('/ops/projections').expect(403);
    await api().post('/ops/projections/box-shelf/rebuild').expect(403);
  });

  it('lists all projections', async () => {
    expect(bodyOf(await get('/ops/projections').expect(200))).to.deep.equal({ projections: [status] });
  });

  it('shows one projection, and answers 404 for an unknown one', async () => {
    expect((await get('/ops/projections/box-shelf').expect(200)).body).to.deep.equal(status);
    expect(bodyOf(await get('/ops/projections/bookshelf').expect(404))).to.include({
      type: 'urn:lego-moc:problem:projection-unknown',
    });
  });

  for (const [job, lines] of [
    ['rebuild', [filling, lastProgress]],
    ['rollback', [rollback]],
    ['verify', [comparing, verification]],
  ] as const)
    it(`answers ${job} with its progress, one JSON object per line`, async () => {
      const { text, headers } = await post(`/ops/projections/box-shelf/${job}`).expect(200);
      expect(headers['content-type']).to.equal('application/x-ndjson');
      const replyLines = text.trimEnd().split('\n');
      expect(replyLines.map((line) => JSON.parse(line) as unknown)).to.deep.equal(lines);
    });

  it('records what changes something, and no job that was refused', async () => {
    takenActions.length = 0;
    await post('/ops/projections/box-shelf/verify').expect(200);
    await post('/ops/projections/box-shelf/rebuild?reason=new%20columns').expect(200);
    await post('/ops/projections/box-shelf/rollback').expect(200);
    await post('/ops/projections/box-shelf/replay').expect(200);
    const busy = { ...shelf, rebuild: () => Promise.reject(new RebuildRunning('box-shelf')) };
    await post('/ops/projections/box-shelf/rebuild', busy).expect(409);
    expect(takenActions).to.deep.equal([
      { action: 'rebuild', target: 'box-shelf', count: null },
      { action: 'rollback', target: 'box-shelf', count: null },
      { action: 'replay', target: 'box-shelf', count: 1 },
    ]);
  });

  it('cancels what runs, and records that', async () => {
    takenActions.length = 0;
    await post('/ops/projections/box-shelf/cancel').expect(204);
    const idle = { ...shelf, cancel: () => false };
    expect(bodyOf(await post('/ops/projections/box-shelf/cancel', idle).expect(409))).to.include({
      type: 'urn:lego-moc:problem:no-job-running',
    });
    expect(takenActions).to.deep.equal([{ action: 'cancel', target: 'box-shelf', count: null }]);
  });

  it('refuses a second rebuild at the same time', async () => {
    const busy = { ...shelf, rebuild: () => Promise.reject(new RebuildRunning('box-shelf')) };
    expect(bodyOf(await post('/ops/projections/box-shelf/rebuild', busy).expect(409))).to.include({
      type: 'urn:lego-moc:problem:rebuild-running',
    });
  });

  it('refuses a rollback of what keeps no former generation', async () => {
    const recent = { ...shelf, rollBack: () => Promise.reject(new NoFormerGeneration('Nothing is kept')) };
    expect(bodyOf(await post('/ops/projections/box-shelf/rollback', recent).expect(409))).to.include({
      ...{ type: 'urn:lego-moc:problem:no-former-generation', detail: 'Nothing is kept.' },
    });
  });

  it('ends with the line failed when a rebuild fails, without details', async () => {
    const failingRebuild: RunningProjection['rebuild'] = async (onProgress) => {
      onProgress?.(filling);
      await Promise.resolve();
      throw new RangeError('secret: /var/lib');
    };
    const { text } = await post('/ops/projections/box-shelf/rebuild', { ...shelf, rebuild: failingRebuild }).expect(
      200,
    );
    expect(text).to.contain('"phase":"failed"').and.not.contain('secret');
  });

  it('shows parked messages with their reasons, and replays them', async () => {
    const { body } = (await get('/ops/projections/box-shelf/parked').expect(200)) as { body: { parked: unknown[] } };
    expect(body.parked).to.have.length(1);
    expect(body.parked[0]).to.deep.include({ number: '4', reason: 'Error: No such part', link: '7@box-1' });
    await get('/ops/projections/box-shelf/parked?limit=0').expect(400);
    expect((await post('/ops/projections/box-shelf/replay').expect(200)).body).to.deep.equal({ replayed: 1 });
  });
});
