import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { dumpFolder } from './adapters/catalogue-dump/dump-folder.ts';
import { readPartsList } from './adapters/parts-list-files/read-parts-list.ts';
import { starterCatalogue } from './adapters/starter-catalogue/starter-catalogue.ts';
import type { CatalogueDump } from './application/import-catalogue.ts';
import { UnreadableFile } from './application/ports/parts-list-reader.ts';
import { checkLot, type Knowledge } from './domain/catalogue.ts';
import { dumpReading } from './domain/catalogue-rows.ts';
import { addFindings, noFindings, type LotFindings } from './domain/findings.ts';
import { readLot } from './domain/lot.ts';

const say = (...cells: readonly (string | number)[]): void => void process.stdout.write(`${cells.join('\t')}\n`);

const knowledgeIn = async (dump: CatalogueDump): Promise<Knowledge> => {
  const { colours, parts } = dumpReading();
  const knowledge = { parts: new Map<string, string>(), colours: new Set<number>() };
  for await (const row of dump.rows(colours.file, colours.columns) ?? []) {
    const verdict = colours.read(row);
    if (typeof verdict === 'object') knowledge.colours.add(verdict.row.id);
  }
  for await (const row of dump.rows(parts.file, parts.columns) ?? []) {
    const verdict = parts.read(row);
    if (typeof verdict === 'object') knowledge.parts.set(verdict.row.key, verdict.row.partNumber);
  }
  return knowledge;
};

const shown = ({ lots, pieces, unknownParts, unknownColours, problems, repairs }: LotFindings) => [
  lots,
  pieces,
  `${unknownParts.count}p/${unknownColours.count}c`,
  problems.count,
  repairs.map(({ code, count }) => `${code}:${count}`).join(' '),
];

const report = async (name: string, path: string, knowledge: Knowledge): Promise<void> => {
  const began = performance.now();
  let found = noFindings;
  let kind = '';
  try {
    for await (const { format, encoding, lots, mended } of readPartsList(createReadStream(path))) {
      kind = `${format} ${encoding}`;
      const checked = lots.map((lot, index) => checkLot(readLot(lot, found.lots + index + 1), format, knowledge));
      found = addFindings(found, checked, mended);
    }
    say(name, kind, ...shown(found), `${(performance.now() - began).toFixed(0)} ms`);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    const { code, line } = error.failure;
    say(name, `refused: ${code}${line === undefined ? '' : ` in line ${line}`}`);
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
  say('Usage: npm run corpus -- DIR [CATALOGUE_DIR]   (reads every file in DIR as a parts list)');
  process.exitCode = 2;
} else {
  const knowledge = await knowledgeIn(catalogue === undefined ? starterCatalogue : dumpFolder(catalogue));
  say('file', 'format', 'lots', 'pieces', 'unknown', 'problems', 'repairs', 'took');
  for (const path of await filesIn(folder)) await report(relative(folder, path), path, knowledge);
}
