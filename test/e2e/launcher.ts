import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Ports } from '@lego-moc/local/registry';

const root = join(import.meta.dirname, '../..');

export type Launcher = {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<number | null>;
};

const SCRIPTS = {
  start: 'infra/local/start.ts',
  demo: 'infra/local/demo.ts',
  'demo:migration': 'test/legacy-monolith/demo/run.ts',
} as const;

/** Runs a script as npm does, but on these ports and data. */
export const launch = (
  script: keyof typeof SCRIPTS,
  dataDir: string,
  ports: Ports,
  args: readonly string[] = [],
): Launcher => {
  const portChoice = [...ports].map(([name, port]) => `${name}=${port}`).join(',');
  const launcher = spawn(process.execPath, ['--import', './infra/local/require-node.cjs', SCRIPTS[script], ...args], {
    cwd: root,
    env: { ...process.env, LEGO_MOC_DATA_DIR: dataDir, LEGO_MOC_PORTS: portChoice },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [launcher.stdout, launcher.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exit = once(launcher, 'close').then(([code]) => code as number | null);
  return { process: launcher, output: () => output, exit };
};
