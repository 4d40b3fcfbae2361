import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TestPlatform } from './platform.ts';

const root = resolve(import.meta.dirname, '../..');

/** The blocks of shell commands in a README, by its path from the root. */
export const commandsIn = (readme: string): readonly string[] =>
  [...readFileSync(join(root, readme), 'utf8').matchAll(/```sh\n(.*?)```/gs)].map(([, code = '']) => code);

/** The programs of these that are not installed. */
export const missingPrograms = (...programs: readonly string[]): readonly string[] =>
  programs.filter((program) => spawnSync(program, ['--version']).error !== undefined);

/** Runs commands as printed, and returns their output. Rejects when one of them fails. */
export const runCommands = async ({ url, dataDir }: TestPlatform, commands: string): Promise<string> => {
  // Except the port: other programs may hold the standard one while tests run.
  const script = `set -euo pipefail\n${commands.replaceAll('http://127.0.0.1:9000', url)}`;
  const env = { ...process.env, LEGO_MOC_DATA_DIR: dataDir };
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: root, env });
  return stdout;
};
