import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openScope } from '@lego-moc/service/run-context';
import { mocManagement } from './context.ts';
import { auditGalleryLinks } from './gallery-links.ts';

const USAGE = `Asks the gallery about every image and album that MOCs link.

  npm run mocs:audit-gallery-links -- [--repair]

  --repair   remove links to what does not exist, or is not shown to the owner of the MOC

Exits with 1 when dangling links were found and not removed.
`;

const { values: options } = parseArgs({
  options: { repair: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const run = async (): Promise<number> => {
  const path = join(process.env['LEGO_MOC_DATA_DIR'] ?? '.data', 'env', 'moc-management.env');
  if (process.env['DATABASE_URL'] === undefined && existsSync(path)) process.loadEnvFile(path);
  const { scope, close } = openScope(mocManagement, { env: { ...process.env, LOG_LEVEL: 'error' } });
  try {
    const { mocs, links, dangling } = await auditGalleryLinks(scope, options.repair);
    const outcome = options.repair ? 'removed' : 'found';
    print(`${String(links)} links of ${String(mocs)} MOCs, ${String(dangling)} dangling ${outcome}`);
    return dangling > 0 && !options.repair ? 1 : 0;
  } finally {
    await close();
  }
};

if (options.help) print(USAGE);
else process.exitCode = await run();
