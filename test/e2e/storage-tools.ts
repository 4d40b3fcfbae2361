import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestPlatform } from './platform.ts';

/** The answer of a command line of file storage that works on this platform, whatever its exit code. */
export const runStorageTool = async (
  { dataDir }: Pick<TestPlatform, 'dataDir'>,
  tool: 'storage-audit' | 'storage-recount',
  ...args: readonly string[]
): Promise<Record<string, unknown>> => {
  const script = join(import.meta.dirname, '../../contexts/file-storage', `${tool}.ts`);
  const run = promisify(execFile)(process.execPath, [script, ...args], {
    env: { PATH: process.env['PATH'], LEGO_MOC_DATA_DIR: dataDir, ...eventStoreGiven() },
  });
  const { stdout, stderr } = await run.catch((error: unknown) => error as { stdout: string; stderr: string });
  if (stdout === '') throw new Error(`${tool}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
};

const eventStoreGiven = (): Record<string, string> =>
  process.env['EVENTSTORE_URL'] === undefined ? {} : { EVENTSTORE_URL: process.env['EVENTSTORE_URL'] };

/** The findings of an audit that found nothing. */
export const NO_FINDINGS = { orphans: [], missing: [], unreferenced: [], dangling: [], miscounted: [] };
