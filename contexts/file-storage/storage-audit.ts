import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { auditStorage, findingsIn, inBoth } from './application/audit.ts';
import { checkContents } from './application/content-check.ts';
import { withStorage } from './command-line.ts';

const USAGE = `Compares events, objects and references of stored files, and changes nothing.

  npm run storage:audit -- [--settle SECONDS] [--content]

  --settle SECONDS   what is found is looked at again after this long, since uploads may be in progress; 30 if not given
  --content          reads all contents too, and compares their SHA-256 with their events

Prints the findings as JSON. Exits with 1 when there are any.
`;

const { values: options } = parseArgs({
  options: {
    settle: { type: 'string', default: '30' },
    content: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const audit = (): Promise<number> =>
  withStorage(async ({ readAll, objects: contents }) => {
    const inventory = await readAll();
    let findings = auditStorage(inventory);
    if (findingsIn(findings) > 0) {
      await sleep(Number(options.settle) * 1_000);
      findings = inBoth(findings, auditStorage(await readAll()));
    }
    const contentFindings = options.content ? await checkContents(inventory, contents) : undefined;
    const { files, objects, references } = inventory;
    const totals = { streams: files.size, objects: objects.size, references: references.size };
    process.stdout.write(`${JSON.stringify({ ...totals, ...findings, ...contentFindings }, undefined, 2)}\n`);
    return findingsIn(findings) + (contentFindings?.corrupt.length ?? 0) === 0 ? 0 : 1;
  });

if (options.help) process.stdout.write(USAGE);
else process.exitCode = await audit();
