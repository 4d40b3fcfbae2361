import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { within } from './waiting.ts';
import { NODE_ENVIRONMENT, NODE_FLAGS } from '../server/node-start.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
/** Far above the promised second, so that a crowded machine fails no test. */
const STARTS_WITHIN_MS = 30_000;

/** An embedded node in a process of its own, as users run it; only a process can be killed. */
export type NodeProcess = {
  readonly pid: number;
  readonly connectionString: string;
  /** From spawning the process to its ready line. */
  readonly startedInMs: number;
  readonly output: () => string;
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Resolves when the process has ended. */
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>;
};

export type NodeProcessOptions = {
  readonly args: readonly string[];
  /** A command that runs node with its arguments: a tracer, a limiter. */
  readonly wrapper?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
};

const readyLine = async (child: ChildProcess): Promise<string> => {
  if (child.stdout === null) throw new Error('The node has no output');
  for await (const line of createInterface(child.stdout)) {
    const address = /esdb:\/\/\S+/.exec(line)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error('The node ended without a ready line');
};

/** Starts a node and waits for its ready line; throws with the output of the process when there is none. */
export const startNodeProcess = async ({ args, wrapper = [], env }: NodeProcessOptions): Promise<NodeProcess> => {
  const startedAt = performance.now();
  const [command = process.execPath, ...wrappedArgs] = [...wrapper, process.execPath, ...NODE_FLAGS, MAIN, ...args];
  const child = spawn(command, wrappedArgs, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...NODE_ENVIRONMENT, ...env },
  });
  // The closing channel tells the node that this process is gone, however it ended.
  child.channel?.unref();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)));
  }
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exit;
  };

  try {
    const connectionString = await within(readyLine(child), 'ready line', STARTS_WITHIN_MS);
    return {
      pid: child.pid ?? -1,
      connectionString,
      startedInMs: performance.now() - startedAt,
      output: () => output,
      exit,
      end,
    };
  } catch (failure) {
    await end('SIGKILL');
    throw new Error(`${(failure as Error).message}\n${output}`, { cause: failure });
  }
};
