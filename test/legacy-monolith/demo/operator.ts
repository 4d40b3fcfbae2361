import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { issueToken } from '@lego-moc/embedded-identity/issue-token';
import { migrationClient } from '../../../tools/migrate/migration-client.ts';

const ROOT = join(import.meta.dirname, '../../..');
const NAME = 'wishlist';
const GATES_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 500;
const ATTEMPTS_MAX = 10;

type OperatorOptions = { readonly url: string; readonly dataDir: string; readonly print: (line: string) => void };

const quote = (word: string): string => (/^[\w-]+$/.test(word) ? word : `'${word}'`);

/** An operator at a terminal, who types `npm run migrate` and reads what it prints. */
export const createOperator = async ({ url, dataDir, print }: OperatorOptions) => {
  const token = await issueToken(dataDir, { name: 'operator', roles: ['operator', 'operator:act'] });
  const env = { LEGO_MOC_URL: url, LEGO_MOC_TOKEN: token };
  const client = await migrationClient(env);

  /** Runs the command and shows it; resolves with its exit code. */
  const run = async (...words: readonly string[]): Promise<number> => {
    print(`$ npm run migrate -- ${words.map(quote).join(' ')}`);
    const child = spawn(process.execPath, ['tools/migrate/main.ts', ...words], {
      ...{ cwd: ROOT, env: { ...process.env, ...env } },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    for (const line of output.trimEnd().split('\n')) print(`  ${line}`);
    return code ?? 1;
  };

  const isAt = async (state: string, percent: number): Promise<boolean> => {
    const migration = await client.read(NAME);
    return migration.state === state && migration.percent === percent;
  };

  const move = async (
    command: 'advance' | 'rollback',
    reason: string,
    state: string,
    percent: number,
  ): Promise<void> => {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      await run(command, NAME, '--reason', reason);
      if (await isAt(state, percent)) return;
      await sleep(LOOK_EVERY_MS);
    }
    throw new Error(`${command} did not lead to ${state} ${String(percent)} %`);
  };

  return {
    run,
    isAudited: async (): Promise<boolean> => (await run('audit', NAME)) === 0,
    move,
    /** Waits until traffic has shown enough. */
    untilGatesPass: async (): Promise<void> => {
      const until = Date.now() + GATES_WITHIN_MS;
      for (;;) {
        const { verdicts } = await client.readEvidence(NAME);
        if (verdicts.length > 0 && verdicts.every(({ outcome }) => outcome === 'pass')) break;
        if (Date.now() > until) throw new Error(`The gates did not pass: ${JSON.stringify(verdicts)}`);
        await sleep(LOOK_EVERY_MS);
      }
      await run('gates', NAME);
    },
  };
};
