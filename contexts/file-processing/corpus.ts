import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { isRejection } from '@lego-moc/kernel/decider';
import { readCrossWalkCsv } from './adapters/cross-walk-files/cross-walk-csv.ts';
import { dumpFolder } from './adapters/catalogue-dump/dump-folder.ts';
import { readPartsList } from './adapters/parts-list-files/read-parts-list.ts';
import { starterCatalogue } from './adapters/starter-catalogue/starter-catalogue.ts';
import type { UserId } from '@lego-moc/kernel/message';
import { systemClock } from '@lego-moc/application/clock';
import { catalogueOf } from './application/dump-catalogue.ts';
import { noOwnParts } from './application/own-parts.ts';
import { readLots, type ReadResult } from './application/read-lots.ts';
import type { PartLink } from './domain/part-links.ts';
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

/** Lots whose part the catalogue does not have, of all files of a format. */
type UnknownCount = { readonly lots: number; readonly before: number; readonly after: number };

const unknownByFormat = new Map<string, UnknownCount>();

/** A lot that a link leads to a part was unknown before the cross-walk. */
const countUnknown = (result: ReadResult, linkedLots: number): void => {
  if ('question' in result) return;
  const { format, lots, unknownParts } = result.findings;
  const { lots: lotsBefore, before, after } = unknownByFormat.get(format) ?? { lots: 0, before: 0, after: 0 };
  unknownByFormat.set(format, {
    lots: lotsBefore + lots,
    before: before + unknownParts.count + linkedLots,
    after: after + unknownParts.count,
  });
};

const nothing = (): Promise<void> => Promise.resolve();

const report = async (
  name: string,
  path: string,
  catalogue: Awaited<ReturnType<typeof catalogueOf>>,
): Promise<void> => {
  const startedAt = performance.now();
  let linkedLots = 0;
  const read = readLots({
    ...{ read: readPartsList, catalogue, now: systemClock },
    files: {
      open: () => Promise.resolve(createReadStream(path)),
      describe: () => Promise.resolve({ owner: '', size: 0 }),
    },
    ownPartsOf: noOwnParts,
    lots: {
      add: async (_jobId, _attemptId, lots) => {
        linkedLots += lots.filter(({ partRule }) => partRule !== null).length;
        await nothing();
      },
      clear: async () => {
        linkedLots = 0;
        await nothing();
      },
      removeAllBut: () => Promise.resolve(0),
      removeAbandoned: () => Promise.resolve(0),
    },
    kinds: { recall: () => Promise.resolve({}) },
  });
  try {
    const attempt = { jobId: name as JobId, attemptId: name as AttemptId, fileId: path, owner: '' as UserId };
    const result = await read(attempt, { lots: 0, bytes: 0, lines: 0, signal: new AbortController().signal });
    countUnknown(result, linkedLots);
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

/** The links of a table of part numbers; its refused rows are left out, as an import leaves them out. */
const linksIn = async (path: string): Promise<readonly PartLink[]> => {
  const file = readCrossWalkCsv(await readFile(path, 'utf8'));
  if (isRejection(file)) throw new Error(`${path}: ${file.because}`);
  return file.rows.map((row) => ({ ...row, rule: 'cross-walk' }));
};

const USAGE = `Usage: npm run corpus -- DIR [CATALOGUE_DIR] [--cross-walk FILE]

Reads every file in DIR as a parts list. With a table of part numbers the lots of unknown parts are counted before and
after it, by format.`;

type Arguments = {
  readonly folder: string;
  readonly catalogue: string | undefined;
  readonly crossWalk: string | undefined;
};

/** Throws an error that says what to do when the arguments make no command. */
const readArguments = (): Arguments => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', default: false }, 'cross-walk': { type: 'string' } },
  });
  const [folder, catalogue, ...rest] = positionals;
  if (values.help || folder === undefined || rest.length > 0) throw new Error(USAGE);
  return { folder, catalogue, crossWalk: values['cross-walk'] };
};

try {
  const { folder, catalogue, crossWalk } = readArguments();
  const links = crossWalk === undefined ? [] : await linksIn(crossWalk);
  const dump = await catalogueOf(catalogue === undefined ? starterCatalogue : dumpFolder(catalogue), links);
  printLine('file', 'format', 'lots', 'pieces', 'extra', 'unknown', 'problems', 'colours', 'repairs', 'took');
  for (const path of await filesIn(folder)) await report(relative(folder, path), path, dump);
  if (crossWalk !== undefined) {
    printLine('format', 'lots', 'unknown before the cross-walk', 'and after');
    for (const [format, { lots, before, after }] of [...unknownByFormat].sort(([name], [other]) =>
      name < other ? -1 : 1,
    ))
      printLine(format, lots, before, after);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
