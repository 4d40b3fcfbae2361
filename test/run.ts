import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { isEventStoreGiven } from '@lego-moc/testing/real-component';

/**
 * Runs all specs in two processes at the same time: most of them wait more than they compute. Each line of output names
 * its suite; at the end each failure is told again, and the last line is `N passed, N failed` over all. Arguments go
 * to mocha.
 */
const PLATFORM = 'test/e2e/**/*.spec.ts';
const FAULTS = 'test/{faults,pact}/**/*.spec.ts';
const NEIGHBOURS = 'test/faults/neighbours/**/*.spec.ts';

const SUITES = {
  platform: ['--spec', PLATFORM],
  /** With a platform as well, after the parts: so both processes end at about the same time. */
  faults: ['--ignore', NEIGHBOURS, '--spec', FAULTS],
  /** What one user feels of another: nothing else runs beside it. */
  neighbours: ['--spec', NEIGHBOURS],
  parts: [
    ...[PLATFORM, FAULTS].flatMap((pattern) => ['--ignore', pattern]),
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
    process.stdout.write(`${name.padEnd(10)} | ${line}\n`);
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

const runInTurn = async (...names: readonly (keyof typeof SUITES)[]): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const name of names) outcomes.push(await run(name));
  return outcomes;
};

const runAll = async (): Promise<readonly Outcome[]> =>
  // Platforms on a store from outside share its groups with the specs of the parts.
  isEventStoreGiven()
    ? runInTurn('parts', 'faults', 'platform', 'neighbours')
    : [...(await Promise.all([runInTurn('parts', 'faults'), runInTurn('platform')])).flat(), await run('neighbours')];

const outcomes = await runAll();
const sum = (key: 'passed' | 'failed'): number => outcomes.reduce((total, outcome) => total + outcome[key], 0);
// A process that ended badly without a failed test was cut off, or something outlived its tests.
const cutOff = outcomes.filter(({ status, failed }) => status !== 0 && failed === 0).length;
process.stdout.write(outcomes.flatMap(({ failures }) => failures.map((line) => `${line}\n`)).join(''));
process.stdout.write(`${sum('passed')} passed, ${sum('failed') + cutOff} failed\n`);
process.exitCode = sum('failed') + cutOff > 0 ? 1 : 0;
