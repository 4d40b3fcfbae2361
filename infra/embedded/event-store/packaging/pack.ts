import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = fileURLToPath(new URL('..', import.meta.url));
/** Outside the repository, whose checks read all that lies in it. */
const STAGE = mkdtempSync(join(tmpdir(), 'event-store-package-'));

/**
 * Node does not strip types below node_modules, so what is packed is compiled, and says so where this repository's
 * package names its sources.
 */
const stage = (): void => {
  execFileSync(
    process.execPath,
    [compiler(), '-p', join(HERE, 'tsconfig.pack.json'), '--outDir', join(STAGE, 'dist')],
    { stdio: 'inherit' },
  );
  for (const name of ['bin', 'README.md']) cpSync(join(HERE, name), join(STAGE, name), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8')) as object;
  const exports = { './*': { types: './dist/*.d.ts', default: './dist/*.js' } };
  writeFileSync(
    join(STAGE, 'package.json'),
    `${JSON.stringify({ ...manifest, exports, scripts: undefined }, undefined, 2)}\n`,
  );
};

/** The folder that the packed file is written to. */
const destination = (): string => {
  const [folder = HERE, ...extraArguments] = parseArgs({ allowPositionals: true }).positionals;
  if (extraArguments.length > 0) throw new Error('Usage: pack.ts [FOLDER]');
  return folder;
};

const compiler = (): string => fileURLToPath(import.meta.resolve('typescript/lib/tsc.js'));

const folder = destination();
try {
  stage();
  execFileSync('npm', ['pack', STAGE, '--pack-destination', folder], { stdio: 'inherit' });
} finally {
  rmSync(STAGE, { recursive: true });
}
