import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { dumpFolder } from './adapters/catalogue-dump/dump-folder.ts';
import { readPartsList } from './adapters/parts-list-files/read-parts-list.ts';
import { starterCatalogue } from './adapters/starter-catalogue/starter-catalogue.ts';
import type { CatalogueDump } from './application/import-catalogue.ts';
import { UnreadableFile } from './application/ports/parts-list-reader.ts';
import { checkLot, type CatalogueExtract } from './domain/catalogue.ts';
import { createDumpReaders } from './domain/catalogue-rows.ts';
import { addFindings, emptyFindings, type LotFindings } from './domain/findings.ts';
import { parseLot } from './domain/lot.ts';

const printLine = (...cells: readonly (string | number)[]): void => void process.stdout.write(`${cells.join('\t')}\n`);

const extractOf = async (dump: CatalogueDump): Promise<CatalogueExtract> => {
  const { colours, parts } = createDumpReaders();
  const extract = { parts: new Map<string, string>(), colours: new Set<number>() };
  for await (const row of dump.rows(colours.file, colours.columns) ?? []) {
    const result = colours.read(row);
    if (typeof result === 'object') extract.colours.add(result.row.id);
  }
  for await (const row of dump.rows(parts.file, parts.columns) ?? []) {
    const result = parts.read(row);
    if (typeof result === 'object') extract.parts.set(result.row.key, result.row.partNumber);
  }
  return extract;
};

const cellsFor = ({ lots, pieces, unknownParts, unknownColours, problems, repairs }: LotFindings) => [
  lots,
  pieces,
  `${unknownParts.count}p/${unknownColours.count}c`,
  problems.count,
  repairs.map(({ code, count }) => `${code}:${count}`).join(' '),
];

const report = async (name: string, path: string, extract: CatalogueExtract): Promise<void> => {
  const began = performance.now();
  let findings = emptyFindings;
  let kind = '';
  try {
    for await (const { format, encoding, lots, repairs } of readPartsList(createReadStream(path))) {
      kind = `${format} ${encoding}`;
      const checked = lots.map((lot, index) => checkLot(parseLot(lot, findings.lots + index + 1), format, extract));
      findings = addFindings(findings, checked, repairs);
    }
    printLine(name, kind, ...cellsFor(findings), `${(performance.now() - began).toFixed(0)} ms`);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    const { code, line } = error.failure;
    printLine(name, `refused: ${code}${line === undefined ? '' : ` in line ${line}`}`);
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

const [folder, catalogue] = process.argv.slice(2);
if (folder === undefined) {
  printLine('Usage: npm run corpus -- DIR [CATALOGUE_DIR]   (reads every file in DIR as a parts list)');
  process.exitCode = 2;
} else {
  const extract = await extractOf(catalogue === undefined ? starterCatalogue : dumpFolder(catalogue));
  printLine('file', 'format', 'lots', 'pieces', 'unknown', 'problems', 'repairs', 'took');
  for (const path of await filesIn(folder)) await report(relative(folder, path), path, extract);
}
