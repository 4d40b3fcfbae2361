import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import getPort from 'get-port';
import { pollUntil } from '@lego-moc/application/poll-until';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import type { TestPlatform } from './platform.ts';

const root = join(import.meta.dirname, '../..');

export type Instance = {
  readonly url: string;
  /** Kills the process as a fault would: nothing starts it again. */
  readonly kill: () => Promise<void>;
  /** Tells the process to stop, and resolves to its exit code. */
  readonly stop: () => Promise<unknown>;
};

/** Starts one more instance of a service that the platform runs already, on the same data. */
export const startInstance = async (
  { dataDir }: TestPlatform,
  service: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Instance> => {
  const port = String(await getPort());
  const settings = `--env-file=${join(dataDir, 'env', `${service}.env`)}`;
  const child = spawn(process.execPath, [settings, `contexts/${service}/main.ts`], {
    cwd: root,
    env: { ...process.env, ...env, PORT: port },
    stdio: 'ignore',
  });
  const exit: Promise<readonly unknown[]> = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exit;
  };
  const stop = async (): Promise<unknown> => {
    child.kill('SIGTERM');
    return (await exit)[0];
  };
  closeAfterAllTests(kill);
  const url = `http://127.0.0.1:${port}`;
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await pollUntil(`Another ${service}`, isReady, (ready) => ready);
  return { url, kill, stop };
};
