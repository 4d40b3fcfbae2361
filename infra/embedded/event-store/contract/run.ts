import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { url: { type: 'string' }, grep: { type: 'string', short: 'g' }, reporter: { type: 'string' } },
});
const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const passedOn = (['grep', 'reporter'] as const).flatMap((name) => {
  const value = values[name];
  return value === undefined ? [] : [`--${name}`, value];
});

const mocha = fileURLToPath(import.meta.resolve('mocha/bin/mocha.js'));
/** The contract alone for a server that others run; all tests for the embedded node. */
const specs =
  values.url === undefined
    ? ['--ignore', '**/node_modules/**', 'infra/embedded/event-store/**/*.spec.ts']
    : [pathOf('event-store.int.spec.ts')];
const run = spawn(process.execPath, [mocha, ...specs, ...passedOn], {
  cwd: pathOf('../../../..'),
  stdio: 'inherit',
  env: values.url === undefined ? process.env : { ...process.env, EVENTSTORE_URL: values.url },
});
run.once('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 0 : 1);
});
