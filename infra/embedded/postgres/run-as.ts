import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';

/** How to start PostgreSQL: put `prefix` before the command, and let `owner` own the data (undefined: whoever runs). */
export type RunAs = { readonly prefix: readonly string[]; readonly owner: { uid: number; gid: number } | undefined };

/** PostgreSQL shuts down fast on SIGINT: it goes when the process that started it goes, however that ends. */
const SIGINT_WITH_PARENT = ['--pdeathsig', 'INT'];

/** Debian, Fedora, Alpine and Arch all give `nobody` this number. */
const NOBODY_UID = 65534;

const findNobodyUid = (): number => {
  const users = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : '';
  return Number(/^nobody:[^:]*:(\d+):/m.exec(users)?.[1] ?? NOBODY_UID);
};

const isUsable = (prefix: readonly string[], binary: string): boolean => {
  const [command, ...rest] = [...prefix, binary, '--version'];
  return spawnSync(command, rest, { stdio: 'ignore', timeout: 5_000 }).status === 0;
};

/**
 * Another user with the one capability that lets it through folders closed to it, such as /root. PostgreSQL asks
 * access(2) about its own binary, which forgets capabilities of anyone but uid 0 unless `no_setuid_fixup` is set.
 */
const setprivPrefix = (uid: number, gid: number): readonly string[] => [
  ...['setpriv', '--reuid', String(uid), '--regid', String(gid), '--clear-groups'],
  ...['--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override', '--bounding-set=-all,+dac_override'],
  ...['--securebits=+no_setuid_fixup', ...SIGINT_WITH_PARENT, '--'],
];

/** Still root outside, hence no folder is closed; inside its user namespace the number is another. */
const unsharePrefix = ['unshare', '--user', `--map-user=${NOBODY_UID}`, `--map-group=${NOBODY_UID}`, '--'];

/** Data that an ordinary user made stays theirs when root starts the platform. */
const ownerOf = (dataDir: string): { uid: number; gid: number } => {
  const { uid, gid } = existsSync(dataDir) ? statSync(dataDir) : { uid: 0, gid: 0 };
  return uid === 0 ? { uid: findNobodyUid(), gid: findNobodyUid() } : { uid, gid };
};

const asRoot = (dataDir: string, binary: string): RunAs => {
  const owner = ownerOf(dataDir);
  const prefix = setprivPrefix(owner.uid, owner.gid);
  if (isUsable(prefix, binary)) return { prefix, owner };
  if (isUsable(unsharePrefix, binary)) return { prefix: unsharePrefix, owner: { uid: 0, gid: 0 } };
  throw new Error(
    'PostgreSQL refuses to run as root, and neither setpriv nor unshare may change the user here. ' +
      'Start as an ordinary user, or set DATABASE_URL.',
  );
};

/** The way to run PostgreSQL that works for the user we are, as the README says. Throws when root has no way. */
export const runAs = (dataDir: string, binary: string): RunAs => {
  if (process.getuid?.() === 0) return asRoot(dataDir, binary);
  const prefix = ['setpriv', ...SIGINT_WITH_PARENT, '--'];
  return { prefix: process.platform === 'linux' && isUsable(prefix, binary) ? prefix : [], owner: undefined };
};
