import { parseArgs } from 'node:util';
import { storedFilesIn } from './application/audit.ts';
import { ScannerUnavailable } from './application/ports/virus-scanner.ts';
import { rescan } from './application/rescan.ts';
import { withStorage } from './command-line.ts';

const USAGE = `Scans all stored files for viruses again, for instance after an update of the signatures.

  npm run storage:rescan

Infected files are withdrawn: their bytes are deleted, and MOCs lose them. Prints a report as JSON. Exits with 1 when a
file was withdrawn, with 2 when the scanner (CLAMAV_URL) does not answer.
`;

const { values: options } = parseArgs({ options: { help: { type: 'boolean', default: false } } });

const run = (): Promise<number> =>
  withStorage(async ({ readAll, objects, scanner, withdraw }) => {
    try {
      const report = await rescan(storedFilesIn(await readAll()), { contents: objects, scanner, withdraw });
      process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
      return report.withdrawn.length === 0 ? 0 : 1;
    } catch (error) {
      if (!(error instanceof ScannerUnavailable)) throw error;
      process.stderr.write('The virus scanner does not answer. What was withdrawn stays so; run it again.\n');
      return 2;
    }
  });

if (options.help) process.stdout.write(USAGE);
else process.exitCode = await run();
