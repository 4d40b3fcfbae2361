import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

let folder: string | undefined;

/** A folder with `handler.ts` and all that it needs in one file, but for the SDK, which Lambda has. Bundled once. */
export const bundledHandler = (): string => {
  if (folder !== undefined) return folder;
  folder = mkdtempSync(join(tmpdir(), 'lego-moc-access-'));
  buildSync({
    entryPoints: [join(import.meta.dirname, 'handler.ts')],
    outfile: join(folder, 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: ['@aws-sdk/*', 'pg-native'],
    // Comments with paths of this machine would make every machine's bundle another one.
    minifySyntax: true,
    legalComments: 'none',
  });
  return folder;
};
