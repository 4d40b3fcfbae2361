import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const HERE = import.meta.dirname;
const OUTPUT = join(HERE, 'dist');
const VITE = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');

/** Its own files, and the contracts that it is built with. */
const SOURCES = [
  'app/**/*',
  'index.html',
  'package.json',
  'vite.config.ts',
  '../building-blocks/operations/contracts/*',
  '../contexts/migration/contracts/*',
];

/** Names the sources of a build. */
const SOURCES_NAME = 'sources';

const hashSources = (): string => {
  const hash = createHash('sha256');
  const paths = globSync(SOURCES, {
    cwd: HERE,
    withFileTypes: true,
  });
  for (const path of paths.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name)))
    hash.update(relative(HERE, path)).update(readFileSync(path));
  return hash.digest('hex');
};

const builtSources = (): string | undefined => {
  try {
    return readFileSync(join(OUTPUT, SOURCES_NAME), 'utf8');
  } catch {
    return undefined;
  }
};

/**
 * Builds the console into `dist` unless that is what its sources say. Several processes may do so at once: each builds
 * into a folder of its own, and the last one's stays.
 */
export const ensureBuilt = async (report: (line: string) => void = () => undefined): Promise<void> => {
  const sources = hashSources();
  if (builtSources() === sources) return;
  report('Building the console …');
  const fresh = `${OUTPUT}.${String(process.pid)}`;
  const former = `${fresh}.former`;
  try {
    await promisify(execFile)(process.execPath, [VITE, 'build', HERE, '--outDir', fresh, '--logLevel', 'warn']);
    writeFileSync(join(fresh, SOURCES_NAME), sources);
    replaceFolder(fresh, former);
  } finally {
    for (const folder of [fresh, former]) rmSync(folder, { recursive: true, force: true });
  }
};

const replaceFolder = (fresh: string, former: string): void => {
  try {
    renameSync(OUTPUT, former);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  try {
    renameSync(fresh, OUTPUT);
  } catch (error) {
    // Another process was faster with the same sources.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
};

if (import.meta.main) await ensureBuilt((line) => void process.stdout.write(`${line}\n`));
