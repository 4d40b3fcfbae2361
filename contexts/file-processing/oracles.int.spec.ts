import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAll } from './testing/read-all.ts';

/** A folder of lists and models of strangers, which are no part of this project; without it nothing is compared. */
const FOLDER = process.env['CORPUS_DIR'] ?? '';

const LISTS = 'parts-lists';
const COLLECTION = `${LISTS}/jackilyn-lego-collection`;
const MODELS = 'models/mjhorvath-Mike-LDraw-Models';
const MOC = 'moc-257369-sherlock-holmes-baker-street.csv';

/** Lots and pieces of real lists, as several files of the same list agree on them. */
const TOTALS: readonly (readonly [file: string, lots: number, pieces: number])[] = [
  [`${COLLECTION}/rebrickable_parts_jackilyn.csv`, 8401, 107_960],
  [`${COLLECTION}/bricklink_parts_jackilyn.xml`, 8401, 107_960],
  [`${LISTS}/popiel-lego_taxonomy/rebrickable_parts_${MOC}`, 405, 2200],
  [`${LISTS}/popiel-lego_taxonomy/lego_pab_parts_${MOC}`, 405, 2200],
  [`${LISTS}/chazlarson-brick-finder/input.xml.sample`, 7, 186],
  [`${LISTS}/chazlarson-brick-finder/input.bricklink.xml.sample`, 7, 186],
];

/** Files that state their own total. */
const FOOTERS = [
  `${LISTS}/naschorr-partslist-tools-studio-csv/complex_parts_list.csv`,
  `${LISTS}/popiel-lego_taxonomy/simple.csv`,
  `${LISTS}/popiel-lego_taxonomy/simple.io`,
];

const PIECES: readonly (readonly [file: string, pieces: number])[] = [
  [`${MODELS}/ldr_carriage_house_old.mpd`, 1164],
  [`${MODELS}/ldr_carriage_house_new.mpd`, 1695],
];

describe('reading real lists, in the folder that CORPUS_DIR names', function () {
  this.timeout(60_000);
  const read = async (file: string) => readAll(await readFile(join(FOLDER, file)));

  before(function () {
    if (FOLDER === '' || !existsSync(join(FOLDER, LISTS))) this.skip();
  });

  for (const [file, lots, pieces] of TOTALS)
    it(`finds ${String(lots)} lots and ${String(pieces)} pieces in ${file}`, async () => {
      const list = await read(file);
      expect([list.lots.length, list.pieces]).to.eql([lots, pieces]);
    });

  for (const file of FOOTERS)
    it(`finds the total that ${file} states`, async () => {
      expect((await read(file)).repairs.map(({ code }) => code)).not.to.include('total-differs');
    });

  for (const [file, pieces] of PIECES)
    it(`finds ${String(pieces)} pieces in ${file}`, async () => {
      expect((await read(file)).pieces).to.equal(pieces);
    });
});
