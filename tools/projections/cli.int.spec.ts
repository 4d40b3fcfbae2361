import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import express from 'express';
import type { OperableGroup } from '@lego-moc/event-store/operable';
import { deadLetter, memoryDeadLetters } from '@lego-moc/event-store/testing/memory-dead-letters';
import { setCaller } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
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
  ...{ name: 'box-shelf', group: 'toys-box-shelf' },
  status: () => Promise.resolve(status),
  readModel: () => Promise.resolve(status),
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
  deadLetters: memoryDeadLetters([0, 1, 2].map((number) => deadLetter(number, 'secret'))),
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
  ...{ pause: () => Promise.resolve(), resume: () => undefined },
  deadLetters: memoryDeadLetters(Array.from({ length: parkedCount }, (_, number) => deadLetter(number, 'secret'))),
});

const admit: express.RequestHandler = (request, _response, next) => {
  setCaller(request, { user: { id: 'olga' as UserId, roles: ['operator', 'operator:act'] } });
  next();
};

describe('the command line of projections', function () {
  // A command is a process of its own, and some tests run six of them.
  this.timeout(120_000);
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
    const groups = [group('toys-box-shelf', 0), group('toys-publisher', 0), group('boxUpload-runner', 4)];
    const gateway = express().use(express.json());
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
        admit,
        (request, { reason }) => Promise.resolve(void reasons.push(reason ?? request.query['reason'])),
      ),
      subscriptionsRouter(
        () => groups,
        admit,
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
    expect(((await json('parked', 'box-shelf')) as unknown[])[0]).to.include({ link: '0@box-1' });
    expect(await json('replay', 'box-shelf', '--dry-run')).to.include({ action: 'replay', count: 3 });
  });

  it('operates a subscription like a projection, but without its rows', async () => {
    expect((await run('status', 'boxUpload-runner')).out).to.match(/kind +subscription/);
    expect(await run('parked', 'toys-publisher')).to.include({ code: 0, out: 'No message is parked.\n' });
    expect((await run('discard', 'boxUpload-runner', '--reason', 'lost')).out).to.equal('4 messages are discarded.\n');
    expect((await run('restore', 'boxUpload-runner', '--reason', 'found')).out).to.equal('4 messages are restored.\n');
    const { code, complaints } = await run('rebuild', 'toys-publisher');
    expect({ code, complaints }).to.deep.equal({
      code: 2,
      complaints:
        'toys-publisher is a subscription without a read model: there is nothing to rebuild, roll back or verify.\n',
    });
  });

  it('says why an operator acts', async () => {
    reasons.length = 0;
    await run('discard', 'box-shelf', '--ids', '0:box-1', '--reason', 'the fix is deployed');
    await run('rebuild', 'box-shelf', '--reason', 'new columns & more');
    expect(reasons).to.deep.equal(['the fix is deployed', 'new columns & more']);
    for (const command of ['replay', 'discard', 'rebuild'])
      expect((await run(command, 'box-shelf')).complaints).to.contain(`-- ${command} box-shelf --reason TEXT`);
    await run('restore', 'box-shelf', '--reason', 'no');
  });

  it('lists what operators did', async () => {
    const { code, out } = await run('actions', '--limit', '7');
    expect(code).to.equal(0);
    expect(out).to.match(
      /^TAKEN AT .*\n2026-01-01T12:00:00.000Z +olga +search +replay +box-shelf +3 +the fix is deployed\n$/,
    );
  });

  it('prints the progress of a rebuild', async () => {
    const { code, out } = await run('rebuild', 'box-shelf', '--reason', 'seen');
    expect(code).to.equal(0);
    expect(out)
      .to.contain('filling: 5,000 events')
      .and.contain('done: 50,000 events, 12,345 rows, 2.0 s, 25,000 events/s');
  });

  it('prints the progress of a rollback, and why there is none', async () => {
    const { code, out } = await run('rollback', 'box-shelf', '--reason', 'seen');
    expect(code).to.equal(0);
    expect(out).to.contain('copying: 500 rows').and.contain('done: 12,345 rows, 1.5 s\n');
    const refusal = await run('rollback', 'busy-shelf', '--reason', 'seen');
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
    expect(out)
      .to.contain('#0:box-1  toys.BrickAdded  0@box-1')
      .and.contain('Error: No such part')
      .and.not.contain('#1');
    expect(out).to.contain('and 2 more').and.not.contain('secret');
    expect((await run('parked', 'box-shelf')).out).to.contain('#1');
    expect((await run('parked', 'box-shelf', '--groups')).out).to.match(
      /^GROUP .*\ng1 +3 +0 +toys\.BrickAdded +Error: No such part/,
    );
    const replay = await run('replay', 'search/box-shelf', '--up-to', '1:box-1', '--reason', 'fixed');
    expect(replay).to.include({ code: 0, out: '2 messages are handled again.\n' });
    expect((await run('replay', 'box-shelf', '--group', 'none', '--reason', 'x')).out).to.equal(
      'No message is selected.\n',
    );
  });

  it('reports an invalid command in one line', async () => {
    expect(await run('rebuild', 'bookshelf')).to.deep.include({
      code: 2,
      complaints:
        'There is nothing named bookshelf. There are: box-shelf, busy-shelf, toys-publisher, boxUpload-runner\n',
    });
    expect((await run('rebuild', 'busy-shelf', '--reason', 'seen')).complaints).to.match(
      /^busy-shelf is being rebuilt or verified already\. \(409/,
    );
    expect((await run('parked', 'box-shelf', '--limit', 'many')).complaints).to.equal(
      '--limit is a number from 1 to 500, not many\n',
    );
    expect((await run('list', '--jsn')).complaints).to.contain("Unknown option '--jsn'");
    for (const command of [[], ['forget', 'box-shelf'], ['verify']])
      expect((await run(...command)).complaints).to.contain('Usage: npm run projections');
  });

  it('suggests to start the platform when nothing listens', async () => {
    const runningUrl = url;
    url = 'http://127.0.0.1:1';
    expect((await run('list')).complaints).to.match(/^No answer from http:\/\/127\.0\.0\.1:1/);
    url = runningUrl;
  });
});
