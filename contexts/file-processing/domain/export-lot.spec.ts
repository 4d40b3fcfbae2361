import { expect } from 'chai';
import { storedLot } from '../testing/stored-lots.ts';
import { exportLot, linesOf, type ExportSource, type StoredLot } from './export-lot.ts';
import { EXPORT_TARGETS, type ExportTargetName } from './export-target.ts';

const REBRICKABLE: ExportSource = { format: 'rebrickable-csv', scheme: 'rebrickable' };
const BRICKLINK: ExportSource = { format: 'bricklink-xml', scheme: 'bricklink' };
const SHOP: ExportSource = { format: 'pick-a-brick-csv', scheme: 'lego' };

/** Number, colour and quantity of each line, then the losses; or why the lot is left out. */
const summaryOf = (name: ExportTargetName, change: Partial<StoredLot> = {}, source = REBRICKABLE): string => {
  const result = exportLot(storedLot(change), source, EXPORT_TARGETS[name]);
  if ('leftOut' in result) return `left out: ${result.leftOut}`;
  const lines = [...linesOf(result)].map(({ number, colour, quantity }) => `${number}/${colour ?? 'any'}x${quantity}`);
  return [...lines, ...result.losses].join(' ');
};

describe('exporting a lot', () => {
  it('writes Rebrickable’s red as 5 for BrickLink and says that the part number is not translated', () => {
    expect(summaryOf('bricklink-xml')).to.equal('3001/5x4 part-number-not-translated');
  });

  it('writes ids as they were written, also unknown ones, where the list is in the target’s numbers', () => {
    const unknown = { partNumber: '3001PB01', colour: '77', part: null, colourId: null };
    expect(summaryOf('bricklink-xml', unknown, BRICKLINK)).to.equal('3001PB01/77x4');
  });

  it('translates the parts of an opened set from the catalogue, whatever the numbers of the list', () => {
    expect(summaryOf('bricklink-xml', { openedFrom: 2 }, BRICKLINK)).to.equal('3001/5x4 part-number-not-translated');
    expect(summaryOf('pick-a-brick-csv', { openedFrom: 2 }, SHOP)).to.equal('4114306/anyx4 element-chosen');
  });

  it('writes a custom part under its number, and says that the target may not know it', () => {
    const custom = { partNumber: 'LAMP-1', part: 'Lamp-1', partRule: 'custom' as const, elementIds: [] };
    for (const target of ['bricklink-xml', 'rebrickable-csv'] as const)
      expect(summaryOf(target, custom)).to.match(/^LAMP-1\/[45]x4 part-custom$/);
    expect(summaryOf('pick-a-brick-csv', custom)).to.equal('left out: element-missing');
  });

  it('translates part numbers through the cross-walk, and says when it had to choose', () => {
    const numbersElsewhere = [
      { scheme: 'bricklink', number: '3626cpb0001' },
      { scheme: 'bricklink', number: '3626cpb01x' },
      { scheme: 'ldraw', number: '3626cp01' },
    ] as const;
    const head = { partNumber: '3626cpr0001', part: '3626cpr0001', numbersElsewhere };
    expect(summaryOf('bricklink-xml', head)).to.equal('3626cpb0001/5x4 part-number-chosen');
    expect(summaryOf('ldraw', { ...head, quantity: 1 })).to.equal('3626cp01/4x1');
    expect(summaryOf('rebrickable-csv', head)).to.equal('3626cpr0001/4x4');
    expect(summaryOf('studio-csv', { ...head, numbersElsewhere: null })).to.equal(
      '3626cpr0001/5x4 part-number-not-translated',
    );
    // The number of the list's own system stays as it was written.
    const bricklinkHead = { ...head, partNumber: '3626cPb01x', colour: '5', partRule: 'cross-walk' as const };
    expect(summaryOf('bricklink-xml', bricklinkHead, BRICKLINK)).to.equal('3626cPb01x/5x4');
    expect(summaryOf('ldraw', { ...bricklinkHead, quantity: 1 }, BRICKLINK)).to.equal('3626cp01/4x1');
    expect(summaryOf('bricklink-xml', { ...head, elementIds: ['300121'] }, SHOP)).to.match(/^3626cpb0001\/5x4/);
  });

  it('leaves out a set that its parts stand for', () => {
    const set = { itemType: 'S', partNumber: '7000-1', part: null, role: 'opened' as const };
    expect(summaryOf('bricklink-xml', set, BRICKLINK)).to.equal('left out: role-not-supported');
  });

  it('writes the repaired number where a spreadsheet had made 3001.0 of 3001', () => {
    expect(summaryOf('rebrickable-csv', { partNumber: '3001.0' })).to.equal('3001/4x4');
  });

  it('leaves out a colour that the catalogue does not have, instead of any colour', () => {
    expect(summaryOf('bricklink-xml', { colour: '7777', colourId: null })).to.equal('left out: colour-unknown');
  });

  it('leaves out a colour that the target does not have', () => {
    expect(summaryOf('ldraw', { colourId: 1146 })).to.equal('left out: colour-not-at-target');
  });

  it('keeps any colour any', () => {
    expect(summaryOf('brickstore-xml', { colour: null, colourId: 9999 })).to.match(/^3001\/anyx4/);
  });

  it('takes the newest of two elements and says so', () => {
    expect(summaryOf('pick-a-brick-csv')).to.equal('4114306/anyx4 element-chosen');
  });

  it('leaves out a part without an element in its colour', () => {
    expect(summaryOf('pick-a-brick-csv', { elementIds: [] })).to.equal('left out: element-missing');
  });

  it('leaves out a lot of any colour where an element is needed', () => {
    expect(summaryOf('pick-a-brick-csv', { colourId: 9999 })).to.equal('left out: colour-any');
  });

  it('divides 2,000 pieces into lines of 999, 999 and 2 for LEGO’s shop', () => {
    const lot = { quantity: 2000, elementIds: ['300121'] };
    expect(summaryOf('pick-a-brick-csv', lot)).to.equal('300121/anyx999 300121/anyx999 300121/anyx2 quantity-divided');
  });

  it('writes a line per piece for LDraw', () => {
    expect(summaryOf('ldraw', { quantity: 2 })).to.equal('3001/4x1 3001/4x1 part-number-not-translated');
  });

  it('writes the part and colour of an element id', () => {
    expect(summaryOf('rebrickable-csv', { partNumber: '300121', colour: null }, SHOP)).to.equal('3001/4x4');
  });

  it('gives an element id back that the catalogue does not have', () => {
    const unknown = { partNumber: '6999999', part: null, colourId: null, colour: null };
    expect(summaryOf('pick-a-brick-json', unknown, SHOP)).to.equal('6999999/anyx4');
  });

  it('leaves spares out where the target would count them as needed', () => {
    expect(summaryOf('bricklink-xml', { role: 'extra' })).to.equal('left out: role-not-supported');
    expect(summaryOf('rebrickable-csv', { role: 'extra' })).to.equal('3001/4x4');
  });

  it('takes a set to BrickLink without colour, and nowhere where only parts are taken', () => {
    const set: Partial<StoredLot> = { itemType: 'S', partNumber: '6080-1', problem: 'not-a-part', part: null };
    expect(summaryOf('bricklink-xml', set, BRICKLINK)).to.equal('6080-1/anyx4');
    expect(summaryOf('studio-csv', set, BRICKLINK)).to.equal('left out: not-a-part');
  });

  it('leaves out a lot with a problem, but not where every lot is listed', () => {
    const unreadable: Partial<StoredLot> = { problem: 'quantity-unreadable', quantity: null };
    expect(summaryOf('studio-csv', unreadable)).to.equal('left out: lot-has-problem');
    expect(summaryOf('csv', unreadable)).to.equal('3001/4x0');
  });

  for (const partNumber of ['=HYPERLINK("x")', '+1', '@x', '-2+3', '3001\n0 FILE x', 'größe', ''])
    it(`leaves out the part number ${JSON.stringify(partNumber)}, which a program would misread`, () => {
      expect(summaryOf('rebrickable-csv', { partNumber, part: null })).to.equal('left out: part-number-unwritable');
    });

  it('says when a cell of the complete list has to be escaped', () => {
    expect(summaryOf('csv', { partNumber: '=1+2', part: null })).to.equal('=1+2/4x4 text-escaped');
  });
});
