import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import { acceptsQueries, superuserUrl } from './admin.ts';
import { postgresBinaries } from './binaries.ts';
import { CONNECTIONS_MAX, ensureCluster } from './cluster.ts';
import { stopOrphan, ownerSetting } from './orphan.ts';
import { runAs } from './run-as.ts';

export type RunningPostgres = {
  /** The superuser's URL of the database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Resolves when PostgreSQL has ended, whoever ended it. */
  readonly exit: Promise<void>;
  /** Ends it the fast way: open transactions roll back, what was committed is on disk. */
  readonly stop: () => Promise<void>;
};

export type PostgresOptions = {
  /** Created on first use. */
  readonly dataDir: string;
  /** A free one when not given. */
  readonly port?: number;
  /** Takes what PostgreSQL logs, line by line. */
  readonly log?: (line: string) => void;
};

const STARTED_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 15_000;
const LOG_LINES_MAX = 20;

/**
 * Errors after which a retry helps: the shared memory of an ended server lingers, or another program took the port in
 * between.
 */
const TRANSIENT = /pre-existing shared memory|Address already in use|lock file "[^"]*" already exists/;

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/**
 * After a crash PostgreSQL first makes sure that its files are on the disk. One call for the whole file system takes
 * milliseconds where one per file takes seconds on a busy disk: `bench/kills` measures it.
 */
const SYNC_AFTER_CRASH = process.platform === 'linux' ? ['recovery_init_sync_method=syncfs'] : [];

const settings = (port: number): readonly string[] =>
  [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `port=${port}`,
    `max_connections=${CONNECTIONS_MAX}`,
    'timezone=UTC',
    // Otherwise each checkpoint makes a file for them, and a full disk that refuses it ends PostgreSQL.
    'max_active_replication_origins=0',
    // The log is meant to be small: see reserve-log.ts.
    'checkpoint_warning=0',
    'log_checkpoints=off',
    ...SYNC_AFTER_CRASH,
    // The failure is logged, without values of users.
    'log_min_error_statement=panic',
    'log_error_verbosity=terse',
    ownerSetting(process.pid),
  ].flatMap((setting) => ['-c', setting]);

const stopPostmaster = (postmaster: ChildProcess, exit: Promise<void>) => async (): Promise<void> => {
  if (!hasEnded(postmaster)) postmaster.kill('SIGINT');
  await Promise.race([exit, sleep(STOPPED_WITHIN_MS, undefined, { ref: false })]);
  if (!hasEnded(postmaster)) postmaster.kill('SIGQUIT');
  await exit;
};

/**
 * Starts a real PostgreSQL on `dataDir` and resolves once it answers queries. An earlier server that lost its starter is
 * ended first. Throws with PostgreSQL's own last words when it does not come up.
 */
export const startPostgres = async (options: PostgresOptions): Promise<RunningPostgres> => {
  const dataDir = resolve(options.dataDir);
  const binaries = postgresBinaries();
  await stopOrphan(dataDir);
  const as = runAs(dataDir, binaries.postgres);
  const password = await ensureCluster(dataDir, binaries.initdb, as);

  const until = Date.now() + STARTED_WITHIN_MS;
  for (;;) {
    const port = options.port ?? (await getPort());
    const url = superuserUrl(password, port);
    const [command = binaries.postgres, ...rest] = [...as.prefix, binaries.postgres, '-D', dataDir, ...settings(port)];
    // In a group of its own: Ctrl-C reaches the launcher alone, which decides the order of stopping.
    const postmaster = spawn(command, rest, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    const exit = once(postmaster, 'exit').then(() => undefined);

    const lastLines: string[] = [];
    createInterface(postmaster.stderr).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > LOG_LINES_MAX) lastLines.shift();
      options.log?.(line);
    });

    while (!hasEnded(postmaster) && Date.now() < until) {
      if (await acceptsQueries(url)) return { url, port, exit, stop: stopPostmaster(postmaster, exit) };
      await Promise.race([exit, sleep(50)]);
    }
    await stopPostmaster(postmaster, exit)();
    const words = lastLines.join('\n');
    if (!TRANSIENT.test(words) || Date.now() >= until)
      throw new Error(`PostgreSQL did not start on ${dataDir}:\n${words}`);
    await sleep(250);
  }
};
