import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { backOffMs } from '@lego-moc/application/back-off';

export type ChildSpec = {
  readonly name: string;
  /** Path of the main file. */
  readonly entry: string;
  readonly args?: readonly string[];
  /** Arguments of Node itself. */
  readonly nodeFlags?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  /** Called until it returns true. */
  readonly isReady: () => Promise<boolean>;
};

export type Child = {
  readonly name: string;
  /** Undefined while it is down. */
  readonly pid: () => number | undefined;
  /** Resolves once it is ready; rejects when it keeps falling over or takes too long. */
  readonly untilReady: () => Promise<void>;
  /** Resolves once another process than `pid` runs and is ready. */
  readonly untilSuccessorOf: (pid: number | undefined) => Promise<void>;
  /** Sends a signal as an operator or a fault would; the process is started again unless it is being stopped. */
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Ends it for good: gracefully within `graceMs`, otherwise by SIGKILL. */
  readonly stop: (graceMs?: number) => Promise<void>;
};

const BACK_OFF_FROM_MS = 250;
const BACK_OFF_TO_MS = 10_000;
/** A process that ran this long has recovered: its next failure counts as the first. */
const STABLE_AFTER_MS = 10_000;
const READY_WITHIN_MS = 90_000;
const POLL_MS = 50;
const GRACE_MS = 10_000;
/** A process that fails this often before it was ever ready will not become ready. */
const RESTARTS_AT_START_MAX = 3;

const exitWithParent = `--import=${join(import.meta.dirname, 'exit-with-parent.ts')}`;

const start = ({ entry, args = [], nodeFlags = [], env, logFile }: ChildSpec): ChildProcess => {
  // The log is the file itself, not a pipe through the launcher: last messages survive the launcher's end.
  const log = openSync(logFile, 'a', 0o600);
  const child = fork(entry, args, {
    env,
    execArgv: [exitWithParent, ...nodeFlags],
    stdio: ['ignore', log, log, 'ipc'],
    // In a group of its own, so that Ctrl-C reaches the launcher alone and things stop in order.
    detached: true,
  });
  closeSync(log);
  return child;
};

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** Runs one process and starts it again, with growing pauses, whenever it ends unexpectedly. */
export const superviseChild = (spec: ChildSpec, report: (line: string) => void): Child => {
  const { name } = spec;
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let wasReady = false;
  let restarts = 0;
  let child = start(spec);

  const supervise = async (): Promise<void> => {
    while (!isStopping()) {
      const startedAt = Date.now();
      if (!hasEnded(child)) await once(child, 'exit');
      if (isStopping()) return;
      restarts = Date.now() - startedAt > STABLE_AFTER_MS ? 1 : restarts + 1;
      const pauseMs = backOffMs(restarts, BACK_OFF_FROM_MS, BACK_OFF_TO_MS);
      report(`${name} ended (${child.signalCode ?? `code ${String(child.exitCode)}`}), starts again in ${pauseMs} ms`);
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!isStopping()) child = start(spec);
    }
  };
  const supervision = supervise();

  const pid = (): number | undefined => (hasEnded(child) ? undefined : child.pid);

  const until = async (condition: () => Promise<boolean>): Promise<void> => {
    const end = Date.now() + READY_WITHIN_MS;
    while (!(await condition())) {
      if (isStopping()) throw new Error(`${name} was stopped before it was ready`);
      if (!wasReady && restarts >= RESTARTS_AT_START_MAX)
        throw new Error(`${name} keeps falling over: see ${spec.logFile}`);
      if (Date.now() > end)
        throw new Error(`${name} is not ready after ${READY_WITHIN_MS / 1_000} s: see ${spec.logFile}`);
      await sleep(POLL_MS);
    }
    wasReady = true;
  };

  return {
    name,
    pid,
    untilReady: () => until(spec.isReady),
    untilSuccessorOf: (former) => until(async () => pid() !== undefined && pid() !== former && (await spec.isReady())),
    kill: (signal) => void child.kill(signal),
    stop: async (graceMs = GRACE_MS) => {
      stopping.abort();
      if (hasEnded(child)) return supervision;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const forceKill = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exit;
      clearTimeout(forceKill);
      return supervision;
    },
  };
};
