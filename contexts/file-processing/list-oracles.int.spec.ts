import { expect } from 'chai';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@lego-moc/application/clock';
import type { UserId } from '@lego-moc/kernel/message';
import { dumpFolder } from './adapters/catalogue-dump/dump-folder.ts';
import { readPartsList } from './adapters/parts-list-files/read-parts-list.ts';
import { catalogueOf } from './application/dump-catalogue.ts';
import type { Catalogue } from './application/ports/catalogue.ts';
import { noOwnParts } from './application/own-parts.ts';
import { readLots, type ReadResult } from './application/read-lots.ts';
import type { CheckedLot } from './domain/catalogue.ts';
import type { AttemptId, JobId } from './domain/file-job-events.ts';

/** A folder of lists of strangers and a dump of the catalogue, which are no part of this project. */
const FOLDER = process.env['CORPUS_DIR'] ?? '';
const DUMP = join(FOLDER, 'catalogue', 'rebrickable-2026-04-02');
const LISTS = join(FOLDER, 'parts-lists');
const MOC = 'moc-257369-sherlock-holmes-baker-street.csv';

const nothing = (): Promise<void> => Promise.resolve();

describe('reading two files of one real list by a real catalogue, in the folder that CORPUS_DIR names', function () {
  this.timeout(180_000);
  let catalogue: Catalogue;

  before(async function () {
    if (FOLDER === '' || !existsSync(DUMP) || !existsSync(LISTS)) this.skip();
    catalogue = await catalogueOf(dumpFolder(DUMP));
  });

  const read = async (file: string): Promise<{ readonly result: ReadResult; readonly lots: readonly CheckedLot[] }> => {
    let lots: CheckedLot[] = [];
    const reading = readLots({
      ...{ read: readPartsList, catalogue, now: systemClock, kinds: { recall: () => Promise.resolve({}) } },
      files: {
        open: () => Promise.resolve(createReadStream(join(LISTS, file))),
        describe: () => Promise.resolve({ owner: '', size: 0 }),
      },
      ownPartsOf: noOwnParts,
      lots: {
        add: async (_jobId, _attemptId, portion) => {
          lots.push(...portion);
          await nothing();
        },
        clear: async () => {
          lots = [];
          await nothing();
        },
        removeAllBut: () => Promise.resolve(0),
        removeAbandoned: () => Promise.resolve(0),
      },
    });
    const attempt = { jobId: file as JobId, attemptId: file as AttemptId, fileId: file, owner: '' as UserId };
    const result = await reading(attempt, { lots: 0, bytes: 0, lines: 0, signal: new AbortController().signal });
    return { result, lots };
  };

  /** The pieces by part and colour of the catalogue, in a fixed order. */
  const multiset = (lots: readonly CheckedLot[]): readonly (readonly [string, number])[] => {
    const pieces = new Map<string, number>();
    for (const { part, colourId, quantity } of lots) {
      const key = `${part ?? '?'} in ${String(colourId)}`;
      pieces.set(key, (pieces.get(key) ?? 0) + (quantity ?? 0));
    }
    return [...pieces].sort(([some], [other]) => some.localeCompare(other));
  };

  it('finds 2,200 equal pieces in MOC-257369 as parts of Rebrickable and as elements of Pick a Brick', async () => {
    const parts = await read(`popiel-lego_taxonomy/rebrickable_parts_${MOC}`);
    const elements = await read(`popiel-lego_taxonomy/lego_pab_parts_${MOC}`);
    const pieces = multiset(parts.lots);
    expect(pieces.reduce((sum, [, quantity]) => sum + quantity, 0)).to.equal(2200);
    expect(multiset(elements.lots)).to.eql(pieces);
  });

  it('tells the colours of BrickLink from those of Rebrickable in one list that is written with both', async () => {
    const schemeOf = ({ result }: { readonly result: ReadResult }) =>
      'findings' in result ? result.findings.colourScheme?.scheme : 'undecided';
    const bricklink = await read('chazlarson-brick-finder/input.bricklink.xml.sample');
    const rebrickable = await read('chazlarson-brick-finder/input.xml.sample');
    expect([schemeOf(bricklink), schemeOf(rebrickable)]).to.eql(['bricklink', 'rebrickable']);
    expect(multiset(rebrickable.lots)).to.eql(multiset(bricklink.lots));
  });
});
