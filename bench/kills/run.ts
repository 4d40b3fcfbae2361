/**
 * Measures how long the embedded PostgreSQL is away after kill -9, of the process that the launcher supervises and of
 * PostgreSQL itself, beside the floor: PostgreSQL alone, started again on the same data the moment it is dead.
 * `-- --kills 10` sets how often.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import getPort from 'get-port';
import { acceptsQueries, adminUrl, clusterDir, isPostgresReady } from '@lego-moc/embedded-postgres/admin';
import { postgresBinaries } from '@lego-moc/embedded-postgres/binaries';
import { runAs } from '@lego-moc/embedded-postgres/run-as';
import { superviseChild } from '@lego-moc/local/child';
import { asAdmin } from '@lego-moc/postgres/provision';
import { machine } from '../measuring/report.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '10' } } });
const KILLS = Number(values.kills);

const ROWS = 20_000;
const POLL_MS = 10;
/** Between two kills: to the launcher each is then the first one. */
const PAUSE_MS = 12_000;

const dataDir = mkdtempSync(join(tmpdir(), 'bench-kills-'));
const cluster = clusterDir(dataDir);
const port = await getPort();

/** Leaves something to recover: rows that no checkpoint has written. */
const writeRows = (): Promise<unknown> =>
  asAdmin(adminUrl(dataDir, port), async (admin) => {
    await admin.none('CREATE TABLE IF NOT EXISTS brick (number bigint PRIMARY KEY, name text)');
    await admin.none(
      `INSERT INTO brick SELECT coalesce((SELECT max(number) FROM brick), 0) + n, repeat('x', 100) FROM generate_series(1, ${ROWS}) n`,
    );
  });

const millisecondsUntil = async (isReached: () => Promise<boolean>): Promise<number> => {
  const since = performance.now();
  while (!(await isReached())) await sleep(POLL_MS);
  return performance.now() - since;
};

const answers = (): Promise<boolean> => acceptsQueries(adminUrl(dataDir, port));
const postmaster = (): number => Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);

const killPostmaster = (): void => void process.kill(postmaster(), 'SIGKILL');

const supervise = () =>
  superviseChild(
    {
      name: 'postgres',
      entry: resolve(import.meta.dirname, '../../infra/embedded/postgres/main.ts'),
      env: { ...process.env, PORT: String(port), LEGO_MOC_DATA_DIR: dataDir },
      logFile: join(dataDir, 'postgres.log'),
      isReady: () => isPostgresReady(dataDir, port),
    },
    () => undefined,
  );

const measureSupervised = async (kill: (child: ReturnType<typeof supervise>) => void): Promise<readonly number[]> => {
  const child = supervise();
  await child.untilReady();
  const times: number[] = [];
  for (let kills = 0; kills < KILLS; kills += 1) {
    await sleep(PAUSE_MS);
    await writeRows();
    const former = child.pid();
    const since = performance.now();
    kill(child);
    await child.untilSuccessorOf(former);
    times.push(performance.now() - since);
  }
  await child.stop();
  return times;
};

const bare = async (): Promise<readonly number[]> => {
  const { postgres } = postgresBinaries();
  const [command, ...prefix] = [...runAs(cluster, postgres).prefix, postgres];
  const start = () =>
    spawn(command, [...prefix, '-D', cluster, '-p', String(port), '-k', ''], { stdio: 'ignore', detached: true });
  const times: number[] = [];
  let server = start();
  await millisecondsUntil(answers);
  for (let kills = 0; kills < KILLS; kills += 1) {
    await writeRows();
    const exit = once(server, 'exit');
    killPostmaster();
    await exit;
    const since = performance.now();
    // The backends of the dead one hold its shared memory for some milliseconds.
    for (let isUp = false; !isUp;) {
      server = start();
      const end = once(server, 'exit').then(() => true);
      while (!isUp && !(await Promise.race([end, sleep(POLL_MS).then(() => false)]))) isUp = await answers();
    }
    times.push(performance.now() - since);
  }
  const exit = once(server, 'exit');
  server.kill('SIGINT');
  await exit;
  return times;
};

const print = (label: string, times: readonly number[]): void => {
  const seconds = times.toSorted((a, b) => a - b).map((ms) => (ms / 1_000).toFixed(2));
  console.log([label.padEnd(36), seconds[Math.floor(seconds.length / 2)], seconds.at(-1)].join('\t'));
};

try {
  const ofProcess = await measureSupervised((child) => child.kill('SIGKILL'));
  const ofPostgres = await measureSupervised(killPostmaster);
  const floor = await bare();
  console.log(`${machine()}; ${KILLS} kills each`);
  console.log(['seconds until it answers'.padEnd(36), 'median', 'most'].join('\t'));
  print('kill -9 of the supervised process', ofProcess);
  print('kill -9 of PostgreSQL', ofPostgres);
  print('floor: PostgreSQL alone', floor);
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
