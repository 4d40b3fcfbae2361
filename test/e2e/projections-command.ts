import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { TestPlatform } from './platform.ts';

const CLI = join(import.meta.dirname, '../../tools/projections/main.ts');

export type CommandResult = { readonly exitCode: number; readonly output: string };

/** Runs `npm run projections -- …` as an operator of the platform. */
export const projectionsCommand = async (
  platform: TestPlatform,
  ...command: readonly string[]
): Promise<CommandResult> => {
  const env = {
    ...process.env,
    LEGO_MOC_DATA_DIR: platform.dataDir,
    LEGO_MOC_URL: platform.url,
    LEGO_MOC_TOKEN: await platform.token('olga', ['operator', 'operator:act']),
  };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [CLI, ...command], { env }, (_error, out, complaints) =>
      resolve({ exitCode: child.exitCode ?? 1, output: out + complaints }),
    );
  });
};
