import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import getPort from 'get-port';
import { runAs } from '@lego-moc/embedded-postgres/run-as';
import { asAdmin } from '@lego-moc/postgres/provision';
import type { Component } from './component-choice.ts';

const run = promisify(execFile);

/** The folder in which Debian and Ubuntu keep the servers, one folder per major version. */
const DEBIAN = '/usr/lib/postgresql';

const STARTED_WITHIN_MS = 20_000;

const debianFolders = (): readonly string[] =>
  existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .toSorted((a, b) => Number(b) - Number(a))
        .map((version) => join(DEBIAN, version, 'bin'))
    : [];

/** The folder of the PostgreSQL that is installed here, the newest if there are several. */
const findInstalledFolder = (): string | undefined =>
  [...debianFolders(), ...(process.env['PATH'] ?? '').split(delimiter)].find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  );

const answers = (url: string): Promise<boolean> =>
  asAdmin(url, (admin) => admin.one('SELECT 1')).then(
    () => true,
    () => false,
  );

/** A throw-away server: its data need not survive a crash, so it does not wait for the disk. */
const settings = (port: number): readonly string[] =>
  [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `port=${port}`,
    'fsync=off',
    'max_connections=200',
  ].flatMap((setting) => ['-c', setting]);

/** Starts the PostgreSQL that is installed here on an empty folder; `undefined` when none is. */
export const startLocalPostgres = async (): Promise<Component | undefined> => {
  const bin = findInstalledFolder();
  if (bin === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'lego-moc-postgres-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  const { prefix, owner } = runAs(data, join(bin, 'postgres'));
  if (owner !== undefined) for (const path of [folder, data]) chownSync(path, owner.uid, owner.gid);

  const [initdb, ...initdbArguments] = [...prefix, join(bin, 'initdb')];
  await run(initdb, [
    ...initdbArguments,
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '-N',
  ]);

  const port = await getPort();
  const [command = '', ...rest] = [...prefix, join(bin, 'postgres'), '-D', data, ...settings(port)];
  const server = spawn(command, rest, { stdio: 'ignore' });
  const exit = once(server, 'exit');
  const stop = async (): Promise<void> => {
    server.kill('SIGINT');
    await exit;
    await rm(folder, { recursive: true, force: true });
  };

  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  for (const until = Date.now() + STARTED_WITHIN_MS; Date.now() < until;) {
    if (await answers(url)) return { url, stop };
    await sleep(50);
  }
  await stop();
  throw new Error(`${bin}/postgres did not start`);
};
