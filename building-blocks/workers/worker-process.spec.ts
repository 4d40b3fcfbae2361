import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import type { WatchdogLimits } from './watchdog.ts';
import { startWorkerProcess, type TaskLimits, type WorkerProcess } from './worker-process.ts';

type Worker = WorkerProcess<{ readonly text: string }, { readonly text: string }>;

const NO_LIMITS: WatchdogLimits = { rssMax: 2 ** 40, cpuMsMax: 3_600_000 };
const LONG = { deadlineMs: 3_600_000 };

/** A worker process whose tasks run the given code, with `first` and `exchange` in scope. */
const startWorker = async (code: string, limits = NO_LIMITS): Promise<Worker> => {
  const folder = await mkdtemp(join(tmpdir(), 'worker-'));
  closeAfterAllTests(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'worker.mjs');
  const serveTasks = JSON.stringify(new URL('./serve-tasks.ts', import.meta.url).href);
  await writeFile(
    path,
    `import { serveTasks } from ${serveTasks};
     serveTasks(${JSON.stringify(limits)}, async (first, exchange) => { ${code} });`,
  );
  return startWorkerProcess({ module: pathToFileURL(path) });
};

/** The reply to a task of one message, or the reason why there is none. */
const replyOf = async (worker: Worker, text: string, limits: TaskLimits = LONG): Promise<string> => {
  using task = worker.begin(limits);
  task.send({ text });
  try {
    const reply = await task.receive();
    task.complete();
    return reply.text;
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

describe('a worker process', function () {
  this.timeout(20_000);

  it('answers one task after another', async () => {
    const worker = await startWorker('exchange.send({ text: first.text.toUpperCase() });');
    expect([await replyOf(worker, 'a'), await replyOf(worker, 'b')]).to.deep.equal(['A', 'B']);
    worker.stop();
  });

  it('exchanges any number of messages in a task, in their order', async () => {
    const worker = await startWorker(
      "for (let next = first; next.text !== 'end'; next = await exchange.receive()) exchange.send(next);",
    );
    using task = worker.begin(LONG);
    for (const text of ['a', 'b', 'c', 'end']) task.send({ text });
    const replies = [await task.receive(), await task.receive(), await task.receive()];
    expect(replies.map(({ text }) => text)).to.deep.equal(['a', 'b', 'c']);
    task.complete();
    worker.stop();
  });

  it('is stopped when a task takes longer than the deadline', async () => {
    const worker = await startWorker('for (;;);');
    expect(await replyOf(worker, '', { deadlineMs: 50 })).to.equal('deadline');
    expect(worker.isAlive()).to.equal(false);
  });

  it('is stopped when its task is cancelled, before or while it runs', async () => {
    const controller = new AbortController();
    const worker = await startWorker("exchange.send({ text: 'begun' }); for (;;);");
    using task = worker.begin({ ...LONG, signal: controller.signal });
    task.send({ text: '' });
    expect((await task.receive()).text).to.equal('begun');
    controller.abort();
    const failure = await task.receive().catch((error: unknown) => error);
    expect(failure).to.have.property('reason', 'cancelled');
    const other = await startWorker('exchange.send(first);');
    expect(await replyOf(other, '', { ...LONG, signal: controller.signal })).to.equal('cancelled');
    expect([worker.isAlive(), other.isAlive()]).to.deep.equal([false, false]);
  });

  it('is stopped when its task is disposed of midway', async () => {
    const worker = await startWorker('exchange.send(first);');
    {
      using task = worker.begin(LONG);
      task.send({ text: '' });
    }
    expect(worker.isAlive()).to.equal(false);
  });

  for (const [fault, code] of [
    ['aborts', 'process.abort();'],
    ['throws', "throw new Error('a bug');"],
  ] as const)
    it(`is lost when its task ${fault}`, async () => {
      const worker = await startWorker(code);
      expect(await replyOf(worker, '')).to.equal('ended');
      expect(worker.isAlive()).to.equal(false);
    });

  it('throws an outage when the process does not start', async () => {
    const failure = await startWorkerProcess({ module: new URL('./no-such-module.ts', import.meta.url) }).catch(
      (error: unknown) => error,
    );
    expect(failure).to.have.property('name', 'ServiceUnavailable');
  });

  it('gives its process none of the service’s settings', async () => {
    process.env['CANARY'] = 'secret';
    const worker = await startWorker("exchange.send({ text: process.env.CANARY ?? 'none' });");
    delete process.env['CANARY'];
    expect(await replyOf(worker, '')).to.equal('none');
    worker.stop();
  });

  it('is ended by its watchdog when it takes too much memory', async () => {
    const limits = { ...NO_LIMITS, rssMax: 256 * 1024 * 1024 };
    const worker = await startWorker('const blocks = []; for (;;) blocks.push(Buffer.alloc(16_777_216, 1));', limits);
    expect(await replyOf(worker, '')).to.equal('ended');
  });

  it('is ended by its watchdog when a task takes too much CPU time', async () => {
    const worker = await startWorker('for (;;);', { ...NO_LIMITS, cpuMsMax: 100 });
    expect(await replyOf(worker, '')).to.equal('ended');
  });
});
