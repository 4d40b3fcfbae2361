import { expect } from 'chai';
import { workerPool, type PoolOptions } from './worker-pool.ts';
import type { WorkerProcess } from './worker-process.ts';

type Running = { readonly name: string; readonly finish: () => void };

/** Workers whose tasks the test finishes. */
const manualWorkers = (isAlive: () => boolean = () => true) => {
  const tasks: Running[] = [];
  let starts = 0;
  const start = (): Promise<WorkerProcess<string, string>> => {
    starts += 1;
    return Promise.resolve({
      isAlive,
      stop: () => undefined,
      begin: () => {
        const reply = Promise.withResolvers<string>();
        return {
          send: (name) => void tasks.push({ name, finish: () => reply.resolve(name) }),
          receive: () => reply.promise,
          complete: () => undefined,
          [Symbol.dispose]: () => undefined,
        };
      },
    });
  };
  return { tasks, start, starts: () => starts };
};

/** Runs tasks named by owner and number, such as `ada 1`. */
const runnerOf = (options: Pick<PoolOptions<string, string>, 'start'> & Partial<PoolOptions<string, string>>) => {
  const pool = workerPool({ workersMax: 1, waitingMax: 10, ...options });
  return async (name: string): Promise<string> => {
    using task = await pool.begin({ owner: name.slice(0, 3), deadlineMs: 1_000 });
    task.send(name);
    const reply = await task.receive();
    task.complete();
    return reply;
  };
};

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('sharing a bounded number of workers', () => {
  it('runs two tasks at once, and serves waiting owners in turn', async () => {
    const { tasks, start, starts } = manualWorkers();
    const run = runnerOf({ workersMax: 2, start });
    const all = ['ada 1', 'ada 2', 'ada 3', 'ada 4', 'bob 1'].map(run);
    for (let index = 0; index < all.length; index += 1) {
      await settle();
      expect(tasks.length - index).to.be.at.most(2);
      tasks[index]?.finish();
    }
    await Promise.all(all);
    expect(tasks.map(({ name }) => name)).to.deep.equal(['ada 1', 'ada 2', 'ada 3', 'bob 1', 'ada 4']);
    expect(starts()).to.equal(2);
  });

  it('rejects task 4 as an outage when 1 runs and 2 wait', async () => {
    const { tasks, start } = manualWorkers();
    const run = runnerOf({ waitingMax: 2, start });
    const acceptedTasks = ['ada 1', 'ada 2', 'ada 3'].map(run);
    const refusal = await run('ada 4').catch((error: unknown) => error);
    expect(refusal).to.have.property('name', 'ServiceUnavailable');
    for (const index of [0, 1, 2]) {
      await settle();
      tasks[index]?.finish();
    }
    await Promise.all(acceptedTasks);
  });

  it('replaces a worker that ended', async () => {
    const { tasks, start, starts } = manualWorkers(() => false);
    const run = runnerOf({ start });
    for (const name of ['ada 1', 'ada 2']) {
      const reply = run(name);
      await settle();
      tasks.at(-1)?.finish();
      await reply;
    }
    expect(starts()).to.equal(2);
  });

  it('goes on with the next task when a worker could not be started, which is an outage', async () => {
    const { tasks, start } = manualWorkers();
    let starts = 0;
    const run = runnerOf({ start: () => ((starts += 1) === 1 ? Promise.reject(new Error('no process')) : start()) });
    const [first, second] = [run('ada 1'), run('ada 2')];
    expect(await first.catch((error: unknown) => error)).to.have.property('name', 'ServiceUnavailable');
    await settle();
    tasks[0]?.finish();
    expect(await second).to.equal('ada 2');
  });
});
