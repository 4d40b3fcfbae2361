import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { ANY_COLOUR, checkLot, partKey, type CatalogueExtract } from '../../domain/catalogue.ts';
import type { ColourScheme } from '../../domain/colour-scheme.ts';
import { exportLot, linesOf, type ExportLine, type ExportSource, type StoredLot } from '../../domain/export-lot.ts';
import { EXPORT_TARGETS, type ExportTargetName } from '../../domain/export-target.ts';
import { readAll } from '../../testing/read-all.ts';
import { storedLot } from '../../testing/stored-lots.ts';
import { LIST_WRITERS } from './list-writers.ts';

const PARTS = ['3001', '3005', '2450', '14728c21.6', '134916-740', '3068bpr0001'];
/** Red, black, white, light bluish grey, reddish brown: every scheme has them. */
const COLOURS = [4, 0, 15, 71, 70];

const elementOf = (part: string, colourId: number): string => String(4_000_000 + PARTS.indexOf(part) * 1000 + colourId);

const extract: CatalogueExtract = {
  parts: new Map(PARTS.map((part) => [partKey(part), part])),
  colours: new Map([...COLOURS, ANY_COLOUR, -1].map((colour) => [colour, `Colour ${colour}`])),
  partColours: new Map(),
  elements: new Map(
    PARTS.flatMap((partNumber) =>
      COLOURS.map((colourId) => [elementOf(partNumber, colourId), { partNumber, colourId }] as const),
    ),
  ),
};

const SOURCE: ExportSource = { format: 'rebrickable-csv', scheme: 'rebrickable' };

const lotArbitrary = (roles: readonly StoredLot['role'][], hasAnyColour: boolean, quantityMax: number) =>
  fc
    .record({
      part: fc.constantFrom(...PARTS),
      colourId: fc.constantFrom(...COLOURS, ...(hasAnyColour ? [ANY_COLOUR] : [])),
      quantity: fc.integer({ min: 1, max: quantityMax }),
      role: fc.constantFrom(...roles),
    })
    .map(({ part, colourId, quantity, role }) => {
      const elementIds = colourId === ANY_COLOUR ? [] : [elementOf(part, colourId)];
      const cells = { partNumber: part, colour: String(colourId), quantityText: String(quantity) };
      return storedLot({ part, colourId, quantity, role, elementIds, ...cells });
    });

const write = (target: ExportTargetName, lots: readonly StoredLot[]): string => {
  const { head, line, tail } = LIST_WRITERS[target];
  const lines = lots.flatMap((lot): readonly ExportLine[] => {
    const result = exportLot(lot, SOURCE, EXPORT_TARGETS[target]);
    return 'leftOut' in result ? [] : [...linesOf(result)];
  });
  return head + lines.map(line).join('') + tail(lines.reduce((sum, { quantity }) => sum + quantity, 0));
};

/** Pieces by part, colour and purpose: what a list says, however it is divided into lots. */
const countPieces = (
  lots: Iterable<Pick<StoredLot, 'part' | 'colourId' | 'quantity' | 'role'>>,
): Record<string, number> => {
  const pieces: Record<string, number> = {};
  for (const { part, colourId, quantity, role } of lots) {
    const key = `${part ?? '?'} ${colourId ?? '?'} ${role}`;
    pieces[key] = (pieces[key] ?? 0) + (quantity ?? 0);
  }
  return pieces;
};

const readBack = async (text: string, scheme: ColourScheme) => {
  const { lots, format, repairs } = await readAll(text);
  const checkedLots = lots.map((lot) => checkLot(lot, scheme, extract));
  expect(checkedLots.map(({ problem }) => problem).filter((problem) => problem !== null)).to.deep.equal([]);
  return { pieces: countPieces(checkedLots), format, repairs: repairs.map(({ code }) => code) };
};

/** The target, the format that it is read as, and whether any colour can be written. */
const ROUND_TRIPS: readonly (readonly [ExportTargetName, string, boolean])[] = [
  ['bricklink-xml', 'bricklink-xml', true],
  ['brickstore-xml', 'brickstore-xml', true],
  ['csv', 'rebrickable-csv', true],
  ['ldraw', 'ldraw', true],
  ['pick-a-brick-csv', 'pick-a-brick-csv', false],
  ['pick-a-brick-json', 'pick-a-brick-json', false],
  ['rebrickable-csv', 'rebrickable-csv', true],
  ['studio-csv', 'studio-csv', true],
];

describe('reading an exported list again', () => {
  for (const [target, format, hasAnyColour] of ROUND_TRIPS) {
    const { ids, roles, isLinePerPiece } = EXPORT_TARGETS[target];
    const countedRoles = roles.filter((role) => role === 'needed' || role === 'extra');
    const lots = fc.array(lotArbitrary(countedRoles, hasAnyColour, isLinePerPiece ? 20 : 3000), { minLength: 1 });

    it(`gives the same pieces of every part, colour and purpose for ${target}, with nothing to repair`, async () => {
      await fc.assert(
        fc.asyncProperty(lots, async (list) => {
          const read = await readBack(write(target, list), ids === 'element' ? 'lego' : ids);
          expect(read.pieces).to.deep.equal(countPieces(list));
          expect(read.format).to.equal(format);
          expect(read.repairs.filter((code) => code !== 'total-skipped')).to.deep.equal([]);
        }),
        { numRuns: 40 },
      );
    });
  }

  it('gives the same lots for JSON', () => {
    const lots = fc.array(lotArbitrary(['needed', 'extra', 'counterpart', 'alternate'], true, 3000));
    fc.assert(fc.property(lots, (list) => void expect(JSON.parse(write('json', list))).to.deep.equal(list)));
  });
});

describe('writing text that a program could take for something else', () => {
  const hostile = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom(
      '=1+1',
      '@SUM(A1)',
      '+1-2',
      '-2+3',
      '\t=1',
      '\r=1',
      '"=1',
      'a,=1',
      '=cmd|"/C calc"!A0',
      '<!--',
      ']]>',
      '&',
    ),
  );
  const hostileLot = fc
    .record({ partNumber: hostile, colour: hostile, quantityText: hostile })
    .map((cells) =>
      storedLot({ ...cells, part: null, colourId: null, partName: cells.partNumber, colourName: cells.colour }),
    );

  it('leaves no cell of a CSV that a spreadsheet would run', () => {
    fc.assert(
      fc.property(
        fc.array(hostileLot, { minLength: 1 }),
        fc.constantFrom('csv', 'rebrickable-csv', 'studio-csv'),
        (lots, target) => {
          const rows = parse(write(target as ExportTargetName, lots));
          for (const cell of rows.flat()) if (!/^[+-]?\d+$/.test(cell)) expect(cell).not.to.match(/^[=+\-@\t\r]/);
        },
      ),
    );
  });

  it('keeps any text as the text of its tag in XML', async () => {
    const number = fc.stringMatching(/^[!#-*,.-<>?A-~][ -~]{0,20}[!-~]$/);
    await fc.assert(
      fc.asyncProperty(number, async (partNumber) => {
        const writer = LIST_WRITERS['bricklink-xml'];
        const lot = storedLot({ partNumber, part: null });
        const text =
          writer.head + writer.line({ lot, number: partNumber, colour: '5', quantity: 1 }, 0) + writer.tail(1);
        const { lots } = await readAll(text);
        expect(lots.map((read) => read.partNumber)).to.deep.equal([partNumber.trim()]);
      }),
    );
  });
});
