import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import express from 'express';
import type { OperableGroup } from '@lego-moc/event-store/operable';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { subscriptionsRouter } from '@lego-moc/service/subscriptions';
import { projectionsRouter } from '@lego-moc/service/projection-routes';
import { NoFormerGeneration, RebuildRunning } from '@lego-moc/read-models/read-model-store';
import type { Progress } from '@lego-moc/read-models/rebuild';
import type { RunningProjection } from '@lego-moc/read-models/run-projection';
import type { Verification } from '@lego-moc/read-models/verify';

const status = {
  name: 'box-shelf',
  group: 'toys-box-shelf',
  state: 'live' as const,
  lag: 0,
  parked: 0,
  generation: 3,
  builtAt: '2026-01-01T12:00:00.000Z',
  rows: 12_345,
};
const takenAction = {
  ...{
    takenAt: '2026-01-01T12:00:00.000Z',
    operator: 'olga',
    service: 'search',
    action: 'replay',
    target: 'box-shelf',
  },
  ...{ count: 3, reason: 'the fix is deployed', correlationId: 'k', actionId: 'a' },
};
const reasons: unknown[] = [];

const completion: Progress = { phase: 'done', events: 50_000, rows: 12_345, failed: 0, elapsedMs: 2_000 };

const verification: Verification = { ...completion, phase: 'done', differing: 0, differences: [] };

const shelf: RunningProjection = {
  name: 'box-shelf',
  status: () => Promise.resolve(status),
  rebuild: (onProgress) => {
    onProgress?.({ ...completion, phase: 'filling', events: 5_000 });
    onProgress?.(completion);
    return Promise.resolve(completion);
  },
  rollBack: (onProgress) => {
    const result = { phase: 'done', rows: 12_345, elapsedMs: 1_500, generation: 2 } as const;
    onProgress?.({ ...result, phase: 'copying', rows: 500 });
    onProgress?.(result);
    return Promise.resolve(result);
  },
  verify: (onProgress) => {
    onProgress?.({ ...verification, phase: 'filling', events: 5_000 });
    onProgress?.(verification);
    return Promise.resolve(verification);
  },
  cancel: () => false,
  parked: (limit) =>
    Promise.resolve(
      [0n, 1n]
        .map((number) => ({
          ...{ number, reason: 'Error: No such part', parkedAt: undefined },
          ...{ link: '7@box-1', event: undefined },
        }))
        .slice(0, limit),
    ),
  replay: () => Promise.resolve(3),
  stop: () => Promise.resolve(),
};

const busy: RunningProjection = {
  ...shelf,
  name: 'busy-shelf',
  status: () => Promise.resolve({ ...status, name: 'busy-shelf' }),
  rebuild: () => Promise.reject(new RebuildRunning('busy-shelf')),
  rollBack: () => Promise.reject(new NoFormerGeneration('busy-shelf has no former generation')),
  verify: (onProgress) => {
    const differences = [
      { id: 'box-1', revision: '3', expectedRevision: '3', columns: ['studs'] },
      { id: 'box-2', revision: null, expectedRevision: '4', columns: [] },
    ];
    const different: Verification = { ...verification, differing: 2, differences };
    onProgress?.(different);
    return Promise.resolve(different);
  },
};

const group = (name: string, parkedCount: number): OperableGroup => ({
  name,
  state: () => 'live',
  status: () => Promise.resolve({ name, group: name, state: 'live', lag: 2, parked: parkedCount }),
  parked: () => Promise.resolve([]),
  replay: () => Promise.resolve(parkedCount),
});

describe('the command line of projections', function () {
  this.timeout(30_000);
  let url: string;

  const run = (...command: string[]): Promise<{ code: number; out: string; complaints: string }> =>
    new Promise((resolve) => {
      const env = { ...process.env, LEGO_MOC_URL: url, LEGO_MOC_TOKEN: 'a token' };
      execFile(
        process.execPath,
        [join(import.meta.dirname, 'main.ts'), ...command],
        { env },
        (error, out, complaints) => {
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, complaints });
        },
      );
    });

  before(async () => {
    const gateway = express();
    gateway.get('/ops/search/actions', (request, response) => {
      expect(request.query).to.deep.equal({ limit: '7' });
      response.json({ actions: [takenAction], nextCursor: null });
    });
    gateway.use(
      '/ops/search',
      (request, _response, next) => {
        expect(request.get('authorization')).to.equal('Bearer a token');
        request.url = `/ops${request.url}`;
        next();
      },
      projectionsRouter(
        () => [shelf, busy],
        (_request, _response, next) => next(),
        (request) => Promise.resolve(void reasons.push(request.query['reason'])),
      ),
      subscriptionsRouter(
        () => [group('toys-box-shelf', 0), group('toys-publisher', 0), group('boxUpload-runner', 4)],
        (_request, _response, next) => next(),
        () => Promise.resolve(),
      ),
    );
    gateway.use((_request, response) => void response.status(404).json({ detail: 'There is nothing here.' }));
    const server: Server = gateway.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    closeAfterAllTests(async () => {
      server.close();
      await Promise.resolve();
    });
  });

  it('lists projections apart from other subscriptions, and services without an answer', async () => {
    const { code, out } = await run('list');
    const [projections, others, unreachable] = out.split('\n\n');
    expect(projections).to.match(/^PROJECTION .*\nbox-shelf +search +live +0 +0 +12,345 +3\nbusy-shelf /);
    expect(others).to.match(
      /^SUBSCRIPTION .*\ntoys-publisher +search +live +2 +0\nboxUpload-runner +search +live +2 +4$/,
    );
    expect(unreachable).to.contain('No answer from: moc-management');
    expect(code, 'something is parked').to.equal(1);
  });

  it('prints JSON on request', async () => {
    const json = async (...command: string[]): Promise<unknown> => JSON.parse((await run(...command, '--json')).out);
    const { projections, subscriptions } = (await json('list')) as Record<string, { name: string }[]>;
    expect(projections?.map(({ name }) => name)).to.deep.equal(['box-shelf', 'busy-shelf']);
    expect(subscriptions?.map(({ name }) => name)).to.deep.equal(['toys-publisher', 'boxUpload-runner']);
    expect(await json('status', 'box-shelf')).to.include({ lag: 0, rows: 12_345, kind: 'projection' });
    expect(await json('replay', 'box-shelf')).to.deep.equal({ replayed: 3 });
    expect(((await json('parked', 'box-shelf')) as unknown[])[0]).to.include({ link: '7@box-1' });
  });

  it('operates a subscription like a projection, but without its rows', async () => {
    expect((await run('status', 'boxUpload-runner')).out).to.match(/kind +subscription/);
    expect(await run('parked', 'toys-publisher')).to.include({ code: 0, out: 'No message is parked.\n' });
    expect((await run('replay', 'boxUpload-runner')).out).to.equal('4 messages are delivered again.\n');
    const { code, complaints } = await run('rebuild', 'toys-publisher');
    expect({ code, complaints }).to.deep.equal({
      code: 2,
      complaints:
        'toys-publisher is a subscription without a read model: there is nothing to rebuild, roll back or verify.\n',
    });
  });

  it('says why an operator acts', async () => {
    reasons.length = 0;
    await run('replay', 'box-shelf', '--reason', 'the fix is deployed');
    await run('rebuild', 'box-shelf', '--reason', 'new columns & more');
    await run('replay', 'box-shelf');
    expect(reasons).to.deep.equal(['the fix is deployed', 'new columns & more', undefined]);
  });

  it('lists what operators did', async () => {
    const { code, out } = await run('actions', '--limit', '7');
    expect(code).to.equal(0);
    expect(out).to.match(
      /^TAKEN AT .*\n2026-01-01T12:00:00.000Z +olga +search +replay +box-shelf +3 +the fix is deployed\n$/,
    );
  });

  it('prints the progress of a rebuild', async () => {
    const { code, out } = await run('rebuild', 'box-shelf');
    expect(code).to.equal(0);
    expect(out)
      .to.contain('filling: 5,000 events')
      .and.contain('done: 50,000 events, 12,345 rows, 2.0 s, 25,000 events/s');
  });

  it('prints the progress of a rollback, and why there is none', async () => {
    const { code, out } = await run('rollback', 'box-shelf');
    expect(code).to.equal(0);
    expect(out).to.contain('copying: 500 rows').and.contain('done: 12,345 rows, 1.5 s\n');
    const refusal = await run('rollback', 'busy-shelf');
    expect(refusal.code).to.equal(2);
    expect(refusal.complaints).to.match(/^busy-shelf has no former generation\. \(409/);
  });

  it('verifies one read model or all of them, and exits with 1 when rows differ', async () => {
    const { code, out } = await run('verify', 'box-shelf');
    expect({ code, last: out.trimEnd().split('\n').at(-1) }).to.deep.equal({
      code: 0,
      last: 'box-shelf: 12,345 rows are what the streams say.',
    });
    const all = await run('verify', '--all');
    expect(all.code).to.equal(1);
    expect(all.out)
      .to.contain('box-shelf: 12,345 rows are what the streams say.')
      .and.contain(
        'busy-shelf: 2 rows differ from what the streams say; a rebuild mends them.\n' +
          '  box-1: at revision 3, other values in studs\n' +
          '  box-2: the row is missing, the streams lead to revision 4\n',
      );
  });

  it('prints at most the requested number of parked messages, and delivers them again', async () => {
    const { code, out } = await run('parked', 'box-shelf', '--limit', '1');
    expect(code).to.equal(1);
    expect(out).to.contain('#0  event was deleted  7@box-1').and.contain('Error: No such part').and.not.contain('#1');
    expect((await run('parked', 'box-shelf')).out).to.contain('#1');
    expect((await run('replay', 'search/box-shelf')).out).to.contain('3 messages are delivered again.');
  });

  it('reports an invalid command in one line', async () => {
    expect(await run('rebuild', 'bookshelf')).to.deep.include({
      code: 2,
      complaints:
        'There is nothing named bookshelf. There are: box-shelf, busy-shelf, toys-publisher, boxUpload-runner\n',
    });
    expect((await run('rebuild', 'busy-shelf')).complaints).to.match(
      /^busy-shelf is being rebuilt or verified already\. \(409/,
    );
    expect((await run('parked', 'box-shelf', '--limit', 'many')).complaints).to.equal(
      '--limit is a number from 1 to 500, not many\n',
    );
    expect((await run('list', '--jsn')).complaints).to.contain("Unknown option '--jsn'");
    for (const command of [[], ['discard', 'box-shelf'], ['verify']])
      expect((await run(...command)).complaints).to.contain('Usage: npm run projections');
  });

  it('suggests to start the platform when nothing listens', async () => {
    const runningUrl = url;
    url = 'http://127.0.0.1:1';
    expect((await run('list')).complaints).to.match(/^No answer from http:\/\/127\.0\.0\.1:1/);
    url = runningUrl;
  });
});
