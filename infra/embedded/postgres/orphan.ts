import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

type Process = { readonly command: string; readonly parent: number };

/** The command line of process `pid`, if it runs; one that is dead but not yet reaped has none. */
const processOf = (pid: number): Process | undefined => {
  try {
    if (!existsSync('/proc/self/stat')) {
      const [parent = '', ...command] = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], {
        encoding: 'utf8',
      })
        .trim()
        .split(/\s+/);
      return { command: command.join(' '), parent: Number(parent) };
    }
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    // The second field is a name in parentheses that may hold anything; the parent comes two fields after it.
    const parent = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
    return command === '' ? undefined : { command, parent };
  } catch {
    return undefined;
  }
};

/** Names, in the command line of PostgreSQL, the process that started it. */
export const ownerSetting = (pid: number): string => `cluster_name=lego-moc-${pid}`;

const ownerIn = (command: string): number => Number(/cluster_name=lego-moc-(\d+)/.exec(command)?.[1]);

const postmasterPid = (dataDir: string): number | undefined => {
  try {
    const pid = Number(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
};

/** Fast, then immediate shutdown, then SIGKILL: each with its time limit. */
const STOP_SIGNALS = [
  { signal: 'SIGINT', withinMs: 10_000 },
  { signal: 'SIGQUIT', withinMs: 5_000 },
  { signal: 'SIGKILL', withinMs: 5_000 },
] as const;

const hasEnded = async (pid: number, withinMs: number): Promise<boolean> => {
  const until = Date.now() + withinMs;
  while (processOf(pid) !== undefined && Date.now() < until) await sleep(25);
  return processOf(pid) === undefined;
};

/**
 * Makes the data directory free for a new postmaster: ends one whose starter is gone, and removes the remains of one
 * that has ended. Throws when the postmaster still has its starter.
 */
export const stopOrphan = async (dataDir: string): Promise<void> => {
  const pid = postmasterPid(dataDir);
  if (pid === undefined) return;

  const postmaster = processOf(pid);
  if (postmaster?.command.includes(dataDir) !== true) {
    // After a reboot the number may be anyone's, and PostgreSQL would believe itself running.
    rmSync(join(dataDir, 'postmaster.pid'), { force: true });
    return;
  }
  if (postmaster.parent === ownerIn(postmaster.command)) {
    throw new Error(`The PostgreSQL data in ${dataDir} is in use by process ${pid}: this platform already runs.`);
  }
  for (const { signal, withinMs } of STOP_SIGNALS) {
    process.kill(pid, signal);
    if (await hasEnded(pid, withinMs)) return;
  }
  throw new Error(`An earlier PostgreSQL (process ${pid}) on ${dataDir} cannot be ended.`);
};
