import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterDir } from '@lego-moc/embedded-postgres/admin';

/** Whether `/proc` exists here: freezing a process with its descendants needs it. */
export const canFreeze = (): boolean => existsSync('/proc/self/stat');

/** The second field of `stat` is a name in parentheses that may hold anything; the parent comes two fields after it. */
const parentOf = (pid: string): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    return 0;
  }
};

const postmasterOf = (dataDir: string): number =>
  Number(readFileSync(join(clusterDir(dataDir), 'postmaster.pid'), 'utf8').split('\n')[0]);

const backendsOf = (postmaster: number): readonly number[] =>
  readdirSync('/proc').flatMap((pid) => (/^\d+$/.test(pid) && parentOf(pid) === postmaster ? [Number(pid)] : []));

const signalAll = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
};

/**
 * Runs `work` while PostgreSQL keeps its connections and answers nothing, as on a machine that hangs. The postmaster is
 * frozen first, since it would replace frozen children.
 */
export const whilePostgresHangs = async (dataDir: string, work: () => Promise<void>): Promise<void> => {
  const postmaster = postmasterOf(dataDir);
  signalAll([postmaster], 'SIGSTOP');
  const backends = backendsOf(postmaster);
  signalAll(backends, 'SIGSTOP');
  try {
    await work();
  } finally {
    signalAll([...backends, postmaster], 'SIGCONT');
  }
};

/** Kills PostgreSQL without a shutdown. */
export const killPostgres = (dataDir: string): void => {
  const postmaster = postmasterOf(dataDir);
  signalAll([postmaster], 'SIGSTOP');
  signalAll([...backendsOf(postmaster), postmaster], 'SIGKILL');
};
