import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { photograph } from '@lego-moc/testing/sample-images';
import { asFile } from './testing/as-file.ts';
import type { WatchdogLimits } from './watchdog.ts';
import { startImageWorker } from './worker-process.ts';

const READY = "process.send({ type: 'ready' });\n";

/** A worker process that runs the given code once it is ready. */
const startModule = async (code: string) => {
  const folder = await mkdtemp(join(tmpdir(), 'image-worker-'));
  closeAfterAllTests(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'worker.mjs');
  await writeFile(path, READY + code);
  return startImageWorker(pathToFileURL(path));
};
const job = { file: 'none', renditions: [] };

describe('a worker process', function () {
  this.timeout(20_000);

  it('is killed when an image takes longer than the deadline', async () => {
    const worker = await startModule("process.on('message', () => { for (;;); });");
    expect(await worker.run(job, 50)).to.equal(undefined);
    expect(worker.isAlive()).to.equal(false);
  });

  it('returns undefined for an image that ends the process', async () => {
    const worker = await startModule("process.on('message', () => process.abort());");
    expect(await worker.run(job, 10_000)).to.equal(undefined);
    expect(worker.isAlive()).to.equal(false);
  });

  it('throws an outage when the process does not start', async () => {
    const failure = await startImageWorker(new URL('./no-such-module.ts', import.meta.url)).catch(
      (error: unknown) => error,
    );
    expect(failure).to.have.property('name', 'ServiceUnavailable');
  });

  it('gives its process none of the service’s settings', async () => {
    process.env['CANARY'] = 'secret';
    const worker = await startModule(
      "process.on('message', () => process.send({ type: 'result', result: { images: [{ bytes: Buffer.from(process.env.CANARY ?? 'none') }] } }));",
    );
    delete process.env['CANARY'];
    const [answer] = (await worker.run(job, 10_000))?.images ?? [];
    expect(Buffer.from(answer?.bytes ?? []).toString()).to.equal('none');
    worker.stop();
  });

  const startWatched = (limits: WatchdogLimits, work: string) =>
    startModule(
      `import { Worker } from 'node:worker_threads';
      const url = new URL(${JSON.stringify(new URL('./watchdog.ts', import.meta.url).href)});
      const watchdog = new Worker(url, { workerData: ${JSON.stringify(limits)} });
      const blocks = [];
      process.on('message', () => { watchdog.postMessage('start'); for (;;) { ${work} } });`,
    );

  it('is ended by its watchdog when it takes too much memory', async () => {
    const limits = { rssMax: 256 * 1024 * 1024, cpuMsMax: 3_600_000 };
    const worker = await startWatched(limits, 'blocks.push(Buffer.alloc(16_777_216, 1));');
    expect(await worker.run(job, 3_600_000)).to.equal(undefined);
  });

  it('is ended by its watchdog when an image takes too much CPU time', async () => {
    const worker = await startWatched({ rssMax: 2 ** 40, cpuMsMax: 100 }, '');
    expect(await worker.run(job, 3_600_000)).to.equal(undefined);
  });

  it('renders again after an image that cannot be read', async () => {
    const worker = await startImageWorker();
    const renditions = [{ fit: 'inside', side: 20 } as const];
    expect(await asFile(Buffer.from('no image'), (file) => worker.run({ file, renditions }, 10_000))).to.equal(
      undefined,
    );
    const result = await asFile(await photograph(80, 40), (file) => worker.run({ file, renditions }, 10_000));
    expect(result?.images).to.have.length(1);
    worker.stop();
  });
});
