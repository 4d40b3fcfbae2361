import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { pollUntil } from '@lego-moc/application/poll-until';
import { isEventStoreGiven } from '@lego-moc/testing/real-component';
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

/** Dead uploads are swept within seconds; whatever is found later stays. */
const CLEAN_WITHIN_MS = 45_000;

/**
 * Waits until the audit finds nothing: no object without an event, none missing, no file that nothing refers to, no
 * dangling reference, no wrong count. Throws the last findings when that takes longer than dead uploads are swept. Skips
 * the audit on a given event store.
 */
export const awaitCleanStorage = async (platform: Pick<TestPlatform, 'dataDir'>): Promise<void> => {
  if (isEventStoreGiven()) {
    process.stdout.write('  skipped: the audit, since a given event store knows files whose objects are gone\n');
    return;
  }
  let last: Record<string, unknown> = {};
  const audit = async () => (last = await runStorageTool(platform, 'storage-audit', '--settle', '0'));
  const isClean = (): boolean =>
    Object.entries(NO_FINDINGS).every(([kind, findings]) => isDeepStrictEqual(last[kind], findings));
  try {
    await pollUntil('A clean storage', audit, isClean, CLEAN_WITHIN_MS);
  } catch (error) {
    throw new Error(`The audit still finds ${JSON.stringify(last)}`, { cause: error });
  }
};

/** The findings of an audit that found nothing. */
export const NO_FINDINGS = { orphans: [], missing: [], unreferenced: [], dangling: [], miscounted: [] };
