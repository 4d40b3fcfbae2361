import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { isEventStoreGiven } from '@lego-moc/testing/real-component';

/**
 * Runs all specs in two processes at the same time: most of them wait more than they compute. Each line of output names
 * its process; at the end each failure is told again, and the last line is `N passed, N failed` over both. Arguments go
 * to mocha.
 */
const WITH_PLATFORM = ['test/{e2e,faults,pact}/**/*.spec.ts'];

const SUITES = {
  platform: ['--spec', ...WITH_PLATFORM],
  parts: [
    ...WITH_PLATFORM.flatMap((pattern) => ['--ignore', pattern]),
    ...['--spec', '{building-blocks,console,contexts,gateway,tools,infra,test}/**/*.spec.ts'],
  ],
};

type Outcome = {
  readonly passed: number;
  readonly failed: number;
  readonly status: number;
  /** The list of failed tests that mocha prints after the last of them. */
  readonly failures: readonly string[];
};

const run = async (name: keyof typeof SUITES): Promise<Outcome> => {
  const mocha = spawn(
    process.execPath,
    [
      'node_modules/mocha/bin/mocha.js',
      ...['--reporter', './test/last-line-reporter.cjs', '--ignore', '**/node_modules/**'],
      ...SUITES[name],
      ...process.argv.slice(2),
    ],
    { stdio: ['inherit', 'pipe', 'inherit'] },
  );
  const exit = once(mocha, 'exit');
  let lastLine = '';
  const failures: string[] = [];
  for await (const line of createInterface(mocha.stdout)) {
    process.stdout.write(`${name.padEnd(8)} | ${line}\n`);
    lastLine = line;
    if (failures.length > 0 || /^ {2}\d+ failing$/.test(stripVTControlCharacters(line))) failures.push(line);
  }
  const [status] = (await exit) as [number | null];
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(lastLine) ?? [];
  return {
    passed: Number(passed ?? 0),
    failed: Number(failed ?? 0),
    status: status ?? 1,
    failures: failures.slice(0, -1),
  };
};

const runAll = async (): Promise<readonly Outcome[]> =>
  // Platforms on a store from outside share its groups with the specs of the parts.
  isEventStoreGiven() ? [await run('parts'), await run('platform')] : Promise.all([run('parts'), run('platform')]);

const outcomes = await runAll();
const sum = (key: 'passed' | 'failed'): number => outcomes.reduce((total, outcome) => total + outcome[key], 0);
// A process that ended badly without a failed test was cut off, or something outlived its tests.
const cutOff = outcomes.filter(({ status, failed }) => status !== 0 && failed === 0).length;
process.stdout.write(outcomes.flatMap(({ failures }) => failures.map((line) => `${line}\n`)).join(''));
process.stdout.write(`${sum('passed')} passed, ${sum('failed') + cutOff} failed\n`);
process.exitCode = sum('failed') + cutOff > 0 ? 1 : 0;
