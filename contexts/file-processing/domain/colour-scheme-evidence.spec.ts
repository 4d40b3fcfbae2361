import { expect } from 'chai';
import { checkLot, type CatalogueExtract } from './catalogue.ts';
import { addEvidence, decideColourScheme, noEvidence } from './colour-scheme-evidence.ts';
import type { ColourScheme } from './colour-scheme.ts';
import { parseLot } from './lot.ts';

/** Black, blue, red and white have other ids at BrickLink: 11, 7, 5 and 1. */
const extract: CatalogueExtract = {
  parts: new Map([
    ['3001', '3001'],
    ['3002', '3002'],
  ]),
  colours: new Map([
    [0, 'Black'],
    [1, 'Blue'],
    [4, 'Red'],
    [5, 'Dark Pink'],
    [7, 'Light Gray'],
    [11, 'Light Turquoise'],
    [15, 'White'],
    [71, 'Light Bluish Gray'],
    [272, 'Dark Blue'],
    [9999, '[No Color/Any Color]'],
  ]),
  partColours: new Map([['3001', new Set([0, 1, 4, 15])]]),
  elements: new Map(),
};

type Row = readonly [partNumber: string, colour: string | null, colourName?: string];

const decide = (expected: ColourScheme | undefined, ...rows: readonly Row[]) => {
  const lots = rows.map(([partNumber, colour, colourName = null], index) => {
    const raw = { line: index + 2, itemType: 'P', partNumber, colour, colourName, quantityText: '1' };
    return checkLot(parseLot({ ...raw, role: 'needed' }, index + 1), expected ?? 'rebrickable', extract);
  });
  return decideColourScheme(addEvidence(noEvidence, lots, extract), expected);
};

const repeat = (count: number, row: Row): readonly Row[] => Array.from({ length: count }, () => row);

describe('deciding the colour scheme', () => {
  it('chooses the scheme of the format when nothing contradicts it', () => {
    expect(decide('rebrickable', ['3002', '4'], ['3002', '1'])).to.eql({ scheme: 'rebrickable', reason: 'format' });
    expect(decide('bricklink', ['3002', '5'], ['3002', '11'])).to.eql({ scheme: 'bricklink', reason: 'format' });
  });

  it('chooses BrickLink for a Rebrickable CSV whose colour names fit its ids', () => {
    const decision = decide(
      'rebrickable',
      ['3001', '5', 'Red'],
      ['3002', '11', 'Black'],
      ['3002', '86', 'Light Bluish Grey'],
    );
    expect(decision).to.eql({ scheme: 'bricklink', reason: 'names' });
  });

  it('chooses Rebrickable when the names say so, whatever the format', () => {
    expect(decide('bricklink', ['3002', '4', 'Red'], ['3002', '0', 'black'])).to.eql({
      scheme: 'rebrickable',
      reason: 'names',
    });
  });

  it('chooses Rebrickable for a BrickLink XML whose parts exist in those colours only', () => {
    expect(decide('bricklink', ...repeat(4, ['3001', '4']))).to.eql({ scheme: 'rebrickable', reason: 'part-colours' });
  });

  it('chooses Rebrickable for a BrickLink XML with ids that BrickLink does not have', () => {
    expect(decide('bricklink', ['3002', '9999'], ['3002', '272'])).to.eql({ scheme: 'rebrickable', reason: 'ids' });
  });

  it('leaves it open when a part of the lots contradicts the format', () => {
    expect(decide('bricklink', ...repeat(4, ['3001', '4']), ...repeat(5, ['3002', '7']))).to.equal(undefined);
    expect(decide('bricklink', ...repeat(4, ['3001', '4']), ...repeat(2, ['3001', '5']))).to.equal(undefined);
  });

  it('ignores a mistyped colour or two', () => {
    expect(decide('rebrickable', ['3002', '4'], ['3002', '65'])?.reason).to.equal('format');
    expect(decide('rebrickable', ...repeat(2, ['3001', '5']), ['3002', '1'])?.reason).to.equal('format');
    expect(decide('bricklink', ...repeat(20, ['3002', '5']), ...repeat(4, ['3001', '4']))?.reason).to.equal('format');
  });

  it('leaves it open without evidence in the header and the lots', () => {
    expect(decide(undefined, ['3002', '5'], ['3002', '11'])).to.equal(undefined);
  });

  it('chooses the scheme of the lots when the header does not tell', () => {
    expect(decide(undefined, ['3001', '11'])).to.eql({ scheme: 'bricklink', reason: 'part-colours' });
    expect(decide(undefined, ['3002', '272'])).to.eql({ scheme: 'rebrickable', reason: 'ids' });
  });

  it('needs no decision for a list without colours', () => {
    expect(decide(undefined, ['3001', null])?.scheme).to.equal('rebrickable');
  });
});
