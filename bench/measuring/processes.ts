import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';

const running: ChildProcess[] = [];

const STARTS_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 15_000;

export type RunningProgram = { readonly pid: number; readonly port: number };

const answers = async (url: string): Promise<boolean> => {
  try {
    const reply = await fetch(url);
    await reply.body?.cancel();
    return reply.ok;
  } catch {
    return false;
  }
};

/** Waits until `path` answers 2xx at the port. */
export const untilReady = async (name: string, port: number, path: string): Promise<void> => {
  const until = Date.now() + STARTS_WITHIN_MS;
  while (!(await answers(`http://127.0.0.1:${port}${path}`))) {
    if (Date.now() > until) throw new Error(`${name} is not ready after ${STARTS_WITHIN_MS / 1_000} s`);
    await sleep(50);
  }
};

export type Program = {
  readonly name: string;
  readonly entry: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly execArgv?: readonly string[];
  /** A path that the program answers with 2xx as soon as it can be measured. */
  readonly readyPath: string;
};

/** Starts a program on a free port, given as PORT, discards its output, and waits until it is ready. */
export const startProgram = async (program: Program): Promise<RunningProgram> => {
  const { name, entry, env = {}, args = [], execArgv = [], readyPath } = program;
  const port = await getPort();
  const child = fork(entry, args, {
    env: { ...process.env, ...env, PORT: String(port) },
    execArgv: [...execArgv],
    // Logs are written, as in production, but not onto the terminal that shows the table.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  running.push(child);
  const earlyExit = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with ${String(code)}`);
  });
  earlyExit.catch(() => undefined);
  await Promise.race([untilReady(name, port, readyPath), earlyExit]);
  return { pid: child.pid ?? 0, port };
};

/** Registers a process that was not started by `startProgram`, so that `stopAll` ends it too. */
export const adopt = (child: ChildProcess): void => void running.push(child);

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

const stop = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const mercyEnds = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS);
  await exit;
  clearTimeout(mercyEnds);
};

/** Ends one of the started processes. */
export const stopProgram = async (pid: number): Promise<void> => {
  const child = running.find((candidate) => candidate.pid === pid);
  if (child !== undefined) await stop(child);
};

/** Ends all started processes, last first. */
export const stopPrograms = async (): Promise<void> => {
  for (const child of running.toReversed()) await stop(child);
};
