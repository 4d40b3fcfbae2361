/**
 * Measures the resident memory of each process of the idle platform, beside the floor: a bare Node process with the
 * same client libraries. `-- --seconds 60` sets how long it is watched for growth.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { memoryOf } from '@lego-moc/embedded-event-store/bench/memory';
import { NODE_ENVIRONMENT } from '@lego-moc/embedded-event-store/server/node-start';
import { adminUrl } from '@lego-moc/embedded-postgres/admin';
import { eventStoreUrlFor } from '@lego-moc/local/event-store-access';
import { startPlatform } from '@lego-moc/local/platform';
import { freePorts } from '@lego-moc/local/ports';
import { portOf, SERVICE_FLAGS } from '@lego-moc/local/registry';
import { familyCpuUs, readMachine } from '../measuring/machine.ts';
import { startProgram, stopPrograms } from '../measuring/processes.ts';
import { machine } from '../measuring/report.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });

const MEBIBYTE = 2 ** 20;
const IDLE_SHARE_MAX = 0.1;
const IDLE_WITHIN_MS = 90_000;
const SAMPLE_MS = 5_000;

const mebibytes = (bytes: number): string => (bytes / MEBIBYTE).toFixed(0);

/** Waits until all processes of the platform together use little of one core; gives up after a minute and a half. */
const untilIdle = async (): Promise<void> => {
  const end = Date.now() + IDLE_WITHIN_MS;
  let before = readMachine();
  while (Date.now() < end) {
    await sleep(SAMPLE_MS);
    const after = readMachine();
    if ((after.ownUs - before.ownUs) / ((after.atMs - before.atMs) * 1_000) < IDLE_SHARE_MAX) return;
    before = after;
  }
  console.log('Not idle by the CPU used; measured nevertheless.');
};

const dataDir = mkdtempSync(join(tmpdir(), 'bench-memory-'));
const platform = startPlatform({ dataDir, ports: await freePorts() });
try {
  await platform.ready;
  const EVENTSTORE_URL = eventStoreUrlFor({ dataDir, ports: platform.ports }, 'admin');
  const DATABASE_URL = adminUrl(dataDir, portOf(platform.ports, 'postgres'));
  const bare = (name: string, execArgv: readonly string[] = [], settings: Readonly<Record<string, string>> = {}) =>
    startProgram({
      ...{ name, execArgv, readyPath: '/ready', env: { EVENTSTORE_URL, DATABASE_URL, ...settings } },
      entry: join(import.meta.dirname, 'bare-service.ts'),
    });
  const processes = new Map<string, number>();
  for (const [name, child] of platform.children) processes.set(name, child.pid() ?? 0);
  processes.set('floor: bare Node', (await bare('floor')).pid);
  processes.set('floor, settings of services', (await bare('floor as services', SERVICE_FLAGS, NODE_ENVIRONMENT)).pid);

  await untilIdle();
  const residentBytes = () =>
    new Map([...processes].map(([name, pid]) => [name, memoryOf(pid) ?? { own: Number.NaN, files: Number.NaN }]));
  const cpuBefore = new Map([...processes].map(([name, pid]) => [name, familyCpuUs(pid)]));
  const first = residentBytes();
  await sleep(Number(values.seconds) * 1_000);
  const last = residentBytes();

  console.log(`${machine()}; ${values.seconds} s idle`);
  console.log(['process'.padEnd(28), 'RSS MiB', 'own', 'files', 'growth MiB', 'CPU ms/s'].join('\t'));
  for (const [name, { own, files }] of last) {
    const before = first.get(name) ?? { own: 0, files: 0 };
    const cpuMs = (familyCpuUs(processes.get(name) ?? 0) - (cpuBefore.get(name) ?? 0)) / 1_000 / Number(values.seconds);
    const growth = own + files - before.own - before.files;
    console.log([name.padEnd(28), ...[own + files, own, files, growth].map(mebibytes), cpuMs.toFixed(1)].join('\t'));
  }
} finally {
  await stopPrograms();
  await platform.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
