import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { dumpFolder } from './adapters/catalogue-dump/dump-folder.ts';
import { readPartsList } from './adapters/parts-list-files/read-parts-list.ts';
import { starterCatalogue } from './adapters/starter-catalogue/starter-catalogue.ts';
import type { UserId } from '@lego-moc/kernel/message';
import { systemClock } from '@lego-moc/application/clock';
import { catalogueOf } from './application/dump-catalogue.ts';
import { readLots, type ReadResult } from './application/read-lots.ts';
import { UnreadableFile } from './application/ports/parts-list-reader.ts';
import type { AttemptId, JobId } from './domain/file-job-events.ts';

const printLine = (...cells: readonly (string | number)[]): void => void process.stdout.write(`${cells.join('\t')}\n`);

const cellsFor = (result: ReadResult): readonly (string | number)[] => {
  if ('question' in result) {
    const { readings, columns } = result.question;
    const schemes = readings.map(({ colourScheme, unknownColours }) => `${colourScheme} ${unknownColours}c`);
    const guesses = columns?.reasons.map(({ field, column, cells, of }) => `${field} ${column} (${cells}/${of})`) ?? [];
    return [`needs-decision: ${[...guesses, schemes.join(' or ')].filter((text) => text !== '').join(', ')}`];
  }
  const { format, encoding, lots, pieces, piecesExtra, unknownParts, unknownColours, problems, repairs, colourScheme } =
    result.findings;
  return [
    `${format} ${encoding}`,
    lots,
    pieces,
    piecesExtra,
    `${unknownParts.count}p/${unknownColours.count}c`,
    problems.count,
    `${colourScheme?.scheme ?? ''} by ${colourScheme?.reason ?? ''}`,
    repairs.map(({ code, count }) => `${code}:${count}`).join(' '),
  ];
};

const nothing = (): Promise<void> => Promise.resolve();

const report = async (
  name: string,
  path: string,
  catalogue: Awaited<ReturnType<typeof catalogueOf>>,
): Promise<void> => {
  const startedAt = performance.now();
  const read = readLots({
    ...{ read: readPartsList, catalogue, now: systemClock },
    files: {
      open: () => Promise.resolve(createReadStream(path)),
      describe: () => Promise.resolve({ owner: '', size: 0 }),
    },
    lots: {
      add: nothing,
      clear: nothing,
      removeAllBut: () => Promise.resolve(0),
      removeAbandoned: () => Promise.resolve(0),
    },
    kinds: { recall: () => Promise.resolve({}) },
  });
  try {
    const attempt = { jobId: name as JobId, attemptId: name as AttemptId, fileId: path, owner: '' as UserId };
    const result = await read(attempt, { lots: 0, bytes: 0, lines: 0, signal: new AbortController().signal });
    printLine(name, ...cellsFor(result), `${(performance.now() - startedAt).toFixed(0)} ms`);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    const { code, line, column, detail } = error.failure;
    const place = line === undefined ? '' : ` in line ${line}${column === undefined ? '' : `, column ${column}`}`;
    printLine(name, `refused: ${code}${place}`, detail);
  }
};

/** Every file below the folder, in the order of their names. */
const filesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
};

const USAGE = 'Usage: npm run corpus -- DIR [CATALOGUE_DIR]   (reads every file in DIR as a parts list)';

/** Throws an error that says what to do when the arguments make no command. */
const readArguments = (): { folder: string; catalogue: string | undefined } => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', default: false } },
  });
  const [folder, catalogue, ...rest] = positionals;
  if (values.help || folder === undefined || rest.length > 0) throw new Error(USAGE);
  return { folder, catalogue };
};

try {
  const { folder, catalogue } = readArguments();
  const dump = await catalogueOf(catalogue === undefined ? starterCatalogue : dumpFolder(catalogue));
  printLine('file', 'format', 'lots', 'pieces', 'extra', 'unknown', 'problems', 'colours', 'repairs', 'took');
  for (const path of await filesIn(folder)) await report(relative(folder, path), path, dump);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
