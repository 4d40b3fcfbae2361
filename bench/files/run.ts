/**
 * Measures the reading of parts lists: how long 1 MiB takes in a worker process, beside the bare parsers; how much memory
 * 50 MB take; and what an ordinary user feels while many lists are read at once, beside the idle platform.
 * `-- --reads 100 --jobs 100 --kib 256 --seconds 20` says how much, `--short` less of it.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { mapAtMost } from '@lego-moc/application/map-at-most';
import { startPlatform } from '@lego-moc/local/platform';
import { freePorts } from '@lego-moc/local/ports';
import { costsOf, costsPerUnit } from '../measuring/costs.ts';
import { machine } from '../measuring/report.ts';
import { askAs, p95, secondsOf, useUntil, verdict, type Ask } from '../measuring/user.ts';
import { wholeList, type ListKind } from '../../contexts/file-processing/bench/lists.ts';
import { countLots, peakOf, readBare, startReader } from '../../contexts/file-processing/bench/reading.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { reads: text, jobs: text, kib: text, seconds: text, short: { type: 'boolean', default: false } },
});
const orElse = (value: string | undefined, usual: number, short: number): number =>
  value === undefined ? (values.short ? short : usual) : Number(value);
const READS = orElse(values.reads, 100, 20);
const JOBS = orElse(values.jobs, 100, 100);
const KIB = orElse(values.kib, 256, 64);
const SECONDS = orElse(values.seconds, 20, 8);

const KINDS: readonly ListKind[] = ['Rebrickable CSV', 'BrickLink XML'];
const MIB = 1_024 * 1_024;
const [SMALL_BYTES, LARGE_BYTES] = [5_000_000, 50_000_000];
const WARM_UP_READS = 10;
/** As many as the platform has. */
const WORKERS = 2;
const JOBS_PER_BUILDER = 10;
/** Reading is measured, and not how many uploads fit through a gateway at once. */
const UPLOADS_AT_ONCE = 8;
const POLL_MS = 250;
const [READ_MS_MAX, FLAT_RATIO_MAX, P95_RATIO_MAX] = [250, 1.5, 1.8];

const timesOf = async (work: () => Promise<number>): Promise<readonly number[]> => {
  for (let read = 0; read < WARM_UP_READS; read += 1) await work();
  const times: number[] = [];
  for (let read = 0; read < READS; read += 1) times.push((await secondsOf(work)) * 1_000);
  return times;
};

async function* oneChunk(list: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(list);
}

const measureReading = async (): Promise<void> => {
  const read = startReader();
  for (const kind of KINDS) {
    const list = await wholeList(kind, MIB);
    const [lots, bareLots] = [await countLots(read(oneChunk(list))), await readBare[kind](list)];
    if (lots !== bareLots) throw new Error(`${kind}: ${lots} lots, but ${bareLots} by the bare parser`);
    const [ours, bare] = [
      await timesOf(() => countLots(read(oneChunk(list)))),
      await timesOf(() => readBare[kind](list)),
    ];
    const isMet = p95(ours) <= READ_MS_MAX;
    console.log(
      `1 MiB of ${kind}, ${lots} lots, in a worker\tp95 ${p95(ours).toFixed(0)} ms (aim: ${READ_MS_MAX}) ${verdict(isMet)}`,
    );
    console.log(`floor: the bare parser\tp95 ${p95(bare).toFixed(0)} ms`);
  }
};

const measureMemory = async (): Promise<void> => {
  for (const kind of KINDS) {
    const [small, large] = [await peakOf(kind, SMALL_BYTES), await peakOf(kind, LARGE_BYTES)];
    const ratio = large.peakMiB / small.peakMiB;
    console.log(`peak of a worker, 5 MB of ${kind}\t${small.peakMiB.toFixed(0)} MiB for ${small.lots} lots`);
    console.log(`peak of a worker, 50 MB of ${kind}\t${large.peakMiB.toFixed(0)} MiB for ${large.lots} lots`);
    console.log(`\t${ratio.toFixed(2)} × (aim: at most ${FLAT_RATIO_MAX}) ${verdict(ratio <= FLAT_RATIO_MAX)}`);
  }
};

type MocPage = { readonly mocId: string; readonly partsLists: readonly { readonly jobId: string }[] };

/** Uploads a list with a MOC; returns its job. */
const submit = async (ask: Ask, list: Buffer): Promise<string> => {
  const body = new FormData();
  body.set('title', `List ${randomUUID()}`);
  body.set('partsLists', new Blob([new Uint8Array(list)]), 'list.csv');
  const headers = { 'idempotency-key': randomUUID() };
  const reply = await ask('/api/mocs/with-files', { method: 'POST', headers, body });
  if (reply.status !== 201) throw new Error(`A list was answered ${reply.status}: ${await reply.text()}`);
  return ((await reply.json()) as MocPage).partsLists[0]?.jobId ?? '';
};

const untilCompleted = async (ask: Ask, jobId: string): Promise<void> => {
  for (;;) {
    const job = (await (await ask(`/api/jobs/${jobId}`)).json()) as { readonly status: string };
    if (job.status === 'completed') return;
    if (job.status === 'failed') throw new Error(`The job ${jobId} failed`);
    await sleep(POLL_MS);
  }
};

/** What a user feels while as many bare parsers read as the platform has workers. */
const useWhileBareReads = async (user: Ask): Promise<readonly number[]> => {
  const readers = Array.from({ length: WORKERS }, () =>
    spawn(process.execPath, [join(import.meta.dirname, 'read-bare.ts')], { stdio: 'ignore' }),
  );
  try {
    return await useUntil(user, sleep(SECONDS * 1_000));
  } finally {
    for (const reader of readers) reader.kill();
  }
};

const measureLoad = async (): Promise<void> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-files-'));
  const platform = startPlatform({
    ...{ dataDir, ports: await freePorts(), report: () => undefined },
    env: { ...process.env, RATE_LIMIT_SCALE: '1000' },
  });
  try {
    await platform.ready;
    const place = { url: platform.url, dataDir };
    const user = await askAs(place, 'user');
    const list = await wholeList('Rebrickable CSV', KIB * 1_024);
    const builders = await Promise.all(
      Array.from({ length: Math.ceil(JOBS / JOBS_PER_BUILDER) }, (_, at) => askAs(place, `builder-${at}`)),
    );
    const asks = Array.from({ length: JOBS }, (_, at) => builders[at % builders.length] ?? user);
    const readAll = async (): Promise<void> => {
      const jobs = await mapAtMost(UPLOADS_AT_ONCE, asks, async (ask) => ({ ask, jobId: await submit(ask, list) }));
      for (const { ask, jobId } of jobs) await untilCompleted(ask, jobId);
    };
    // What is compiled while it is measured is slower; the first worker processes start here.
    await untilCompleted(user, await submit(user, list));
    await useUntil(user, sleep((SECONDS * 1_000) / 2));
    const idleTimes = await useUntil(user, sleep(SECONDS * 1_000));
    const before = costsOf(platform.children);
    const work = { seconds: 0 };
    const busyTimes = await useUntil(
      user,
      secondsOf(readAll).then((seconds) => (work.seconds = seconds)),
    );
    const bareTimes = await useWhileBareReads(user);
    const costs = costsPerUnit(before, costsOf(platform.children), JOBS);
    const ratio = p95(busyTimes) / p95(idleTimes);
    console.log(`${JOBS} lists of ${KIB} KiB at once\t${(JOBS / work.seconds).toFixed(2)} lists/s, uploads included`);
    console.log(`CPU µs a list\t${costs}`);
    console.log(`p95 of a user, idle\t${p95(idleTimes).toFixed(1)} ms of ${idleTimes.length} requests`);
    console.log(`p95 of a user, meanwhile\t${p95(busyTimes).toFixed(1)} ms of ${busyTimes.length} requests`);
    console.log(`\t${ratio.toFixed(2)} × (aim: at most ${P95_RATIO_MAX}) ${verdict(ratio <= P95_RATIO_MAX)}`);
    console.log(
      `floor: while the bare parser reads, ${WORKERS} at a time\t${p95(bareTimes).toFixed(1)} ms of ${bareTimes.length} requests`,
    );
  } finally {
    await platform.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

console.log(machine());
await measureReading();
await measureMemory();
await measureLoad();
// Worker processes that wait for more end with this one.
process.exit();
