import { expect } from 'chai';
import { checkLot, partKey, type CatalogueExtract } from './catalogue.ts';
import type { ColourScheme } from './colour-scheme.ts';
import { addFindings, emptyFindings, SHOWN_MAX } from './findings.ts';
import { parseLot, type RawLot } from './lot.ts';

const knowledge: CatalogueExtract = {
  parts: new Map([
    [partKey('3001'), '3001'],
    [partKey('3626cpr0001'), '3626cpr0001'],
  ]),
  colours: new Map([0, 4, 15, 148, 1103, 9999].map((id) => [id, `Colour ${id}`])),
  partColours: new Map(),
  elements: new Map([['4211385', { partNumber: '3001', colourId: 71 }]]),
};

const rawLot = (change: Partial<RawLot>): RawLot => ({
  line: 2,
  itemType: 'P',
  partNumber: '3001',
  colour: '4',
  colourName: null,
  quantityText: '1',
  role: 'needed',
  ...change,
});
const check = (change: Partial<RawLot>, scheme: ColourScheme = 'rebrickable', lot = 1) =>
  checkLot(parseLot(rawLot(change), lot), scheme, knowledge);

describe('checking a lot against the catalogue', () => {
  it('looks up the colours of a Rebrickable file as they are', () => {
    expect(check({ colour: '15' }).colourId).to.equal(15);
  });

  it("translates BrickLink's colours", () => {
    expect(check({ colour: '11' }, 'bricklink').colourId).to.equal(0);
    expect(check({ colour: '5' }, 'bricklink').colourId).to.equal(4);
  });

  it('reads no colour, or BrickLink 0, as any colour', () => {
    expect(check({ colour: null }, 'bricklink').colourId).to.equal(9999);
    expect(check({ colour: '0' }, 'bricklink').colourId).to.equal(9999);
  });

  it('reports a BrickLink colour that stands for several', () => {
    const { colourId, colourAmbiguous } = check({ colour: '77' }, 'bricklink');
    expect([colourId, colourAmbiguous]).to.deep.equal([148, true]);
  });

  for (const colour of ['12345', 'Colour nine', '', '1e2', '__proto__'])
    it(`reports colour "${colour}" as unknown`, () => {
      expect(check({ colour }).colourId).to.equal(null);
    });

  it('looks a colour up by its name, in the spelling of the catalogue or of BrickLink', () => {
    expect(check({ colour: 'colour 15' }).colourId).to.equal(15);
    expect(check({ colour: 'Red' }).colourId).to.equal(4);
    expect(check({ colour: 'Pearl Dark Gray' }).colourId).to.equal(148);
  });

  it("translates Brick Owl's colours and takes its numbers for no other part", () => {
    const { part, colourId, hint } = check({ partNumber: '3001', colour: '38' }, 'brickowl');
    expect([part, colourId, hint]).to.deep.equal([null, 0, '3001 is an id of Brick Owl']);
  });

  it('finds a part whatever the case of its number', () => {
    expect(check({ partNumber: '3626CPR0001' }).part).to.equal('3626cpr0001');
  });

  it("does not guess at BrickLink's number of a print", () => {
    expect(check({ partNumber: '3626cpb0001' }, 'bricklink').part).to.equal(null);
  });
});

describe('adding up findings', () => {
  it('reports unknown parts and colours with their lines and keeps counting their pieces', () => {
    const findings = addFindings(
      emptyFindings,
      [
        check({ quantityText: '8' }, 'rebrickable', 1),
        check({ line: 3, partNumber: 'x999', quantityText: '2' }, 'rebrickable', 2),
        check({ line: 4, colour: '777', quantityText: '5' }, 'rebrickable', 3),
      ],
      [],
    );
    expect([findings.lots, findings.pieces]).to.deep.equal([3, 15]);
    expect(findings.unknownParts).to.deep.equal({
      count: 1,
      first: [{ line: 3, lot: 2, partNumber: 'x999', colour: '4', quantity: 2 }],
    });
    expect(findings.unknownColours.first.map(({ line, colour }) => [line, colour])).to.deep.equal([[4, '777']]);
  });

  it('totals sets and minifigs apart, and has no total where there are none', () => {
    const findings = addFindings(emptyFindings, [check({ itemType: 'S', quantityText: '2' }), check({})], []);
    expect([findings.pieces, findings.sets, 'minifigs' in findings]).to.deep.equal([1, 2, false]);
  });

  it('counts every problem and shows the first hundred', () => {
    const lots = Array.from({ length: SHOWN_MAX + 50 }, (_, index) =>
      check({ line: index + 2, quantityText: '-1' }, 'rebrickable', index + 1),
    );
    const { problems, lots: count } = addFindings(
      addFindings(emptyFindings, lots.slice(0, 70), []),
      lots.slice(70),
      [],
    );
    expect([count, problems.count, problems.first.length]).to.deep.equal([150, 150, SHOWN_MAX]);
    expect(problems.first[99]?.line).to.equal(101);
  });

  it('counts repairs and keeps the first line of each kind', () => {
    const { repairs } = addFindings(
      emptyFindings,
      [check({ quantityText: null, line: 9 })],
      [
        { code: 'ampersand-escaped', line: 3 },
        { code: 'ampersand-escaped', line: 5 },
      ],
    );
    expect(repairs).to.deep.equal([
      { code: 'ampersand-escaped', count: 2, line: 3 },
      { code: 'quantity-assumed', count: 1, line: 9 },
    ]);
  });

  it('recognises an element id in place of a part number', () => {
    const { unknownParts } = addFindings(emptyFindings, [check({ partNumber: '4211385' })], []);
    expect(unknownParts.first[0]?.hint).to.equal('4211385 is an element id of 3001');
  });

  it('reads a formula in place of a part number as data', () => {
    const { unknownParts } = addFindings(emptyFindings, [check({ partNumber: "=cmd|'/c calc'!A1" })], []);
    expect(unknownParts.first[0]?.partNumber).to.equal("=cmd|'/c calc'!A1");
  });
});
