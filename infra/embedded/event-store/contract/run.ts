import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ options: { url: { type: 'string' } }, allowPositionals: true });
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const specs = values.url === undefined ? ['*.int.spec.ts'] : ['event-store.int.spec.ts'];
const mocha = fileURLToPath(import.meta.resolve('mocha/bin/mocha.js'));
const run = spawn(process.execPath, [mocha, ...specs.map(here), ...positionals], {
  cwd: here('../../../..'),
  stdio: 'inherit',
  env: values.url === undefined ? process.env : { ...process.env, EVENT_STORE_UNDER_TEST: values.url },
});
run.once('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 0 : 1);
});
