import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { passwordFile } from './admin.ts';
import type { RunAs } from './run-as.ts';

const run = promisify(execFile);

/** The same order of text on every machine, whatever its locale. */
const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

/** Eight services with pools of at most 20, and some connections for operators. */
export const CONNECTIONS_MAX = 200;

const giveTo = ({ owner }: RunAs, path: string): void => {
  if (owner === undefined) return;
  const { uid, gid } = lstatSync(path);
  if (uid !== owner.uid || gid !== owner.gid) chownSync(path, owner.uid, owner.gid);
};

const giveAllTo = (as: RunAs, folder: string): void => {
  giveTo(as, folder);
  if (as.owner === undefined) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) giveTo(as, join(folder, name));
};

const create = async (dataDir: string, initdb: string, as: RunAs): Promise<void> => {
  // Under another name until it is whole: a cluster cut off half-way would neither start nor be made again.
  const unfinishedDir = `${dataDir}.unfinished`;
  rmSync(unfinishedDir, { recursive: true, force: true });
  mkdirSync(dirname(dataDir), { recursive: true });
  mkdirSync(unfinishedDir, { mode: 0o700 });
  writeFileSync(passwordFile(dataDir), randomBytes(24).toString('base64url'), { mode: 0o600 });
  giveTo(as, unfinishedDir);

  const [command, ...rest] = [
    ...as.prefix,
    initdb,
    ...['-D', unfinishedDir, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile(dataDir)}`],
    ...LOCALE,
    // As on the command line: a reload complains about any other value.
    `--set=max_connections=${CONNECTIONS_MAX}`,
  ];
  await run(command, rest, { env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } });
  renameSync(unfinishedDir, dataDir);
};

/** Makes the cluster if there is none, and makes the user who runs it its owner; returns the superuser's password. */
export const ensureCluster = async (dataDir: string, initdb: string, as: RunAs): Promise<string> => {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0 && existsSync(dataDir) && lstatSync(dataDir).uid !== uid) {
    throw new Error(
      `The PostgreSQL data in ${dataDir} is another user's: root has run the platform here. Remove or chown it.`,
    );
  }
  if (existsSync(join(dataDir, 'PG_VERSION'))) giveAllTo(as, dataDir);
  else await create(dataDir, initdb, as);
  return readFileSync(passwordFile(dataDir), 'utf8').trim();
};
