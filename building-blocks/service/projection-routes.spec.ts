import { expect } from 'chai';
import supertest from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import { deadLetter, memoryDeadLetters } from '@lego-moc/event-store/testing/memory-dead-letters';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import type { UserId } from '@lego-moc/kernel/message';
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

const filling: Progress = { phase: 'filling', events: 5, rows: 2, failed: 0, elapsedMs: 1 };
const lastProgress: Progress = { ...filling, phase: 'done' };
const comparing: Verification = { ...filling, phase: 'comparing', differing: 0, differences: [] };
const verification: Verification = {
  ...{ ...comparing, phase: 'done', differing: 1 },
  differences: [{ id: '7', revision: '3', expectedRevision: '4', columns: ['studs'] }],
};

const rollback = { phase: 'done', rows: 2, elapsedMs: 3, generation: 1 } as const;

const shelf: RunningProjection = {
  ...{ name: 'box-shelf', group: 'box-box-shelf' },
  status: () => Promise.resolve(status),
  readModel: () => Promise.resolve({ generation: 1, builtAt: '2026-01-01T12:00:00.000Z', rows: 2 }),
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
  deadLetters: memoryDeadLetters([deadLetter(4, 'poison')]),
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
            const roles = ['operator', ...(request.get('x-operator') === 'acting' ? ['operator:act'] : [])];
            setCaller(request, { user: { id: 'olga' as UserId, roles } });
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
const post = (path: string, projection?: RunningProjection) =>
  api(projection).post(path).set({ 'x-operator': 'acting', 'idempotency-key': newId() });

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
      const { text, headers } = await post(`/ops/projections/box-shelf/${job}?reason=seen`).expect(200);
      expect(headers['content-type']).to.equal('application/x-ndjson');
      const replyLines = text.trimEnd().split('\n');
      expect(replyLines.map((line) => JSON.parse(line) as unknown)).to.deep.equal(lines);
    });

  it('records what changes something, and no job that was refused', async () => {
    takenActions.length = 0;
    await post('/ops/projections/box-shelf/verify').expect(200);
    await post('/ops/projections/box-shelf/rebuild?reason=new%20columns').expect(200);
    await post('/ops/projections/box-shelf/rollback?reason=worse').expect(200);
    const busy = { ...shelf, rebuild: () => Promise.reject(new RebuildRunning('box-shelf')) };
    await post('/ops/projections/box-shelf/rebuild?reason=again', busy).expect(409);
    expect(takenActions).to.deep.equal([
      { action: 'rebuild', target: 'box-shelf', count: null },
      { action: 'rollback', target: 'box-shelf', count: null },
    ]);
  });

  it('cancels what runs, and records that', async () => {
    takenActions.length = 0;
    await post('/ops/projections/box-shelf/cancel?reason=busy').expect(204);
    const idle = { ...shelf, cancel: () => false };
    expect(bodyOf(await post('/ops/projections/box-shelf/cancel?reason=busy', idle).expect(409))).to.include({
      type: 'urn:lego-moc:problem:no-job-running',
    });
    expect(takenActions).to.deep.equal([{ action: 'cancel', target: 'box-shelf', count: null }]);
  });

  it('refuses a second rebuild at the same time', async () => {
    const busy = { ...shelf, rebuild: () => Promise.reject(new RebuildRunning('box-shelf')) };
    expect(bodyOf(await post('/ops/projections/box-shelf/rebuild?reason=again', busy).expect(409))).to.include({
      type: 'urn:lego-moc:problem:rebuild-running',
    });
  });

  it('refuses a rollback of what keeps no former generation', async () => {
    const recent = { ...shelf, rollBack: () => Promise.reject(new NoFormerGeneration('Nothing is kept')) };
    expect(bodyOf(await post('/ops/projections/box-shelf/rollback?reason=worse', recent).expect(409))).to.include({
      ...{ type: 'urn:lego-moc:problem:no-former-generation', detail: 'Nothing is kept.' },
    });
  });

  it('ends with the line failed when a rebuild fails, without details', async () => {
    const failingRebuild: RunningProjection['rebuild'] = async (onProgress) => {
      onProgress?.(filling);
      await Promise.resolve();
      throw new RangeError('secret: /var/lib');
    };
    const { text } = await post('/ops/projections/box-shelf/rebuild?reason=seen', {
      ...shelf,
      rebuild: failingRebuild,
    }).expect(200);
    expect(text).to.contain('"phase":"failed"').and.not.contain('secret');
  });

  it('changes nothing without a reason, without an Idempotency-Key, or for who may only look', async () => {
    takenActions.length = 0;
    for (const job of ['rebuild', 'rollback']) {
      const path = `/ops/projections/box-shelf/${job}`;
      await post(path).expect(400);
      await api().post(`${path}?reason=seen`).set('x-operator', 'acting').expect(400);
      await api().post(`${path}?reason=seen`).set({ 'x-operator': 'yes', 'idempotency-key': newId() }).expect(403);
      await get(`${path}?reason=seen`).expect(405);
    }
    expect(takenActions).to.deep.equal([]);
  });
});
