import { parseArgs } from 'node:util';
import { recount } from './application/recount.ts';
import { withStorage } from './command-line.ts';

const USAGE = `Compares the storage accounts with the stored files of their owners, and repairs what differs.

  npm run storage:recount -- [--dry-run]

  --dry-run   only report what differs

Prints a report as JSON. Exits with 1 when a dry run finds a difference.
`;

const { values: options } = parseArgs({
  options: { 'dry-run': { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

const run = (): Promise<number> =>
  withStorage(async ({ readAll, accounts }) => {
    const report = await recount(await readAll(), accounts, { dryRun: options['dry-run'] });
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    return report.uncounted + report.excess - report.repaired === 0 ? 0 : 1;
  });

if (options.help) process.stdout.write(USAGE);
else process.exitCode = await run();
