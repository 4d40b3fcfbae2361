/**
 * Measures the cost of a long history: a platform with many finished uploads and stored files beside an empty one. `--
 * --events 1000000 --files 100000` sets how many.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Instant } from '@lego-moc/kernel/message';
import { directoryObjectStore } from '@lego-moc/object-storage/directory-object-store';
import { signedForms } from '@lego-moc/object-storage/signed-form';
import { signedQueries } from '@lego-moc/object-storage/signed-query';
import { pendingUploads } from '../../contexts/file-storage/application/pending-uploads.ts';
import { storedContent } from '../../contexts/file-storage/application/stored-content.ts';
import { sweepUploads } from '../../contexts/file-storage/application/sweep.ts';
import type { ContentStore } from '../../contexts/file-storage/application/ports/content-store.ts';
import { startPostgres } from '../commands/contestants.ts';
import { stopProgram, stopPrograms } from '../measuring/processes.ts';
import { machine } from '../measuring/report.ts';
import { cpuMsOf, openPlatform, storeDirectory, untilCaughtUp, type PastPlatform } from './platforms.ts';
import { seedFiles, seedUploads } from './seed.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '20000' },
    files: { type: 'string', default: '10000' },
    starts: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '60' },
  },
});
const AIM = 1.2;

const now = () => new Date().toISOString() as Instant;

/** How many requests one sweep sends to the object store, each listed object counted as one. */
const requestsOfSweep = async ({ dataDir }: PastPlatform): Promise<number> => {
  const signing = {
    signedQueries: signedQueries(Buffer.alloc(32), now),
    signedForms: signedForms(Buffer.alloc(32), now),
  };
  const directory = join(dataDir, 'files');
  const store = directoryObjectStore({ directory, publicUrl: '', ...signing });
  let requests = 0;
  const counting: ContentStore = {
    put: (...args) => ((requests += 1), store.put(...args)),
    get: (key) => ((requests += 1), store.get(key)),
    head: (key) => ((requests += 1), store.head(key)),
    delete: (key) => ((requests += 1), store.delete(key)),
    list: async function* (prefix) {
      requests += 1;
      for await (const object of store.list(prefix)) {
        requests += 1;
        yield object;
      }
    },
    removeUnfinished: (before) => ((requests += 1), store.removeUnfinished(before)),
  };
  const nothingToAbandon = () => Promise.reject(new Error('No upload is under way'));
  const sweep = sweepUploads({
    contents: counting,
    storedContent: storedContent(counting, { release: nothingToAbandon, references: nothingToAbandon }),
    pending: pendingUploads(counting),
    handle: nothingToAbandon,
    load: nothingToAbandon,
  });
  await sweep({ before: now() });
  return requests;
};

type Costs = Record<string, number[]>;
const record = (costs: Costs, label: string, value: number): void => void (costs[label] ??= []).push(value);
const median = (numbers: readonly number[] = []): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const measureStarts = async (platform: PastPlatform, costs: Costs): Promise<void> => {
  for (const name of ['moc-management', 'file-storage'] as const) {
    const { pid, readyMs, cpuMs } = await platform.startService(name);
    record(costs, `${name}: start to ready, ms`, readyMs);
    record(costs, `${name}: CPU until ready, ms`, cpuMs);
    await stopProgram(pid);
  }
};

/** Kills the event store under the running services and starts it again. */
const measureReconnect = async (platform: PastPlatform, costs: Costs): Promise<void> => {
  const mocs = await platform.startService('moc-management');
  const files = await platform.startService('file-storage');
  await untilCaughtUp(mocs);
  await untilCaughtUp(files);
  const before = { mocs: cpuMsOf(mocs.pid), files: cpuMsOf(files.pid) };
  await platform.restartStore();
  await sleep(Number(values.seconds) * 1_000);
  record(costs, `moc-management: CPU in ${values.seconds} s after a reconnect, ms`, cpuMsOf(mocs.pid) - before.mocs);
  record(costs, `file-storage: CPU in ${values.seconds} s after a reconnect, ms`, cpuMsOf(files.pid) - before.files);
  record(costs, `event store: CPU in these ${values.seconds} s, ms`, cpuMsOf(platform.storePid()));
};

const folder = mkdtempSync(join(tmpdir(), 'bench-past-'));
const open: PastPlatform[] = [];
try {
  const seedFolder = join(folder, 'past');
  await seedUploads(storeDirectory(seedFolder), Number(values.events));
  seedFiles(seedFolder, Number(values.files));
  console.log(`Seeded ${values.events} events and ${values.files} files`);
  const { url } = await startPostgres(folder);
  for (const name of ['empty', 'past']) open.push(await openPlatform(folder, name, url));
  const [empty, past] = open as [PastPlatform, PastPlatform];
  for (const platform of open) {
    const program = await platform.startService('moc-management');
    await untilCaughtUp(program);
    await stopProgram(program.pid);
  }
  const costs = new Map<PastPlatform, Costs>(open.map((platform) => [platform, {}]));
  const costsOf = (platform: PastPlatform): Costs => costs.get(platform) ?? {};
  for (let turn = 0; turn < Number(values.starts); turn += 1)
    for (const platform of open) await measureStarts(platform, costsOf(platform));
  await Promise.all(open.map((platform) => measureReconnect(platform, costsOf(platform))));
  for (const platform of open)
    record(costsOf(platform), 'requests of one sweep of files', await requestsOfSweep(platform));

  console.log(`${machine()}; ${values.events} past events, ${values.files} files`);
  console.table(
    Object.entries(costsOf(past)).map(([label, numbers]) => {
      const [withPast, without] = [median(numbers), median(costsOf(empty)[label])];
      const ratio = withPast / without;
      return {
        what: label,
        empty: Math.round(without),
        past: Math.round(withPast),
        ratio: ratio.toFixed(2),
        [`at most ${AIM}`]: ratio <= AIM ? 'met' : 'MISSED',
      };
    }),
  );
} finally {
  await stopPrograms();
  await Promise.all(open.map((platform) => platform.close()));
  rmSync(folder, { recursive: true, force: true });
}
