import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { within } from '../contract/waiting.ts';

/** The reason why faults cannot be injected here; undefined when they can. */
export const whyNotTraceable = (): string | undefined => {
  const trial = spawnSync('strace', ['-f', '-e', 'trace=none', 'true'], { timeout: 10_000 });
  if (trial.error !== undefined) return 'strace is not installed';
  return trial.status === 0 ? undefined : 'strace is not permitted to trace';
};

/**
 * Injects faults into the system calls of a running process as strace's `inject` does (`fdatasync:error=EIO`), of one
 * file only if `path` names it, until the returned function is called.
 */
export const injectFaults = async (
  pid: number,
  injections: readonly string[],
  path?: string,
): Promise<() => Promise<void>> => {
  const calls = injections.map((injection) => injection.split(':')[0]).join(',');
  const inject = injections.flatMap((injection) => ['-e', `inject=${injection}`]);
  const only = path === undefined ? [] : ['-P', path];
  const tracer = spawn('strace', ['-f', '-p', String(pid), ...only, '-e', `trace=${calls}`, ...inject], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exit = once(tracer, 'exit');
  const lines = createInterface(tracer.stderr);
  // Its output is read to the end: the tracer and its process would block once the pipe is full.
  const attachment = new Promise<void>((resolve) =>
    lines.on('line', (line) => (/attached/.test(line) ? resolve() : undefined)),
  );
  await within(attachment, 'tracer');
  return async () => {
    tracer.kill('SIGINT');
    await exit;
  };
};
