import { expect } from 'chai';
import { partKey, type CatalogueExtract } from './catalogue.ts';
import { guessColumns } from './column-guess.ts';
import { hasHeader, tableKind, type TableSample } from './column-mapping.ts';

const PARTS = ['3001', '3002', '3003', '3626bpr0001'];

const extract: CatalogueExtract = {
  parts: new Map(PARTS.map((number) => [partKey(number), number])),
  colours: new Map([
    [0, 'Black'],
    [1, 'Blue'],
    [2, 'Green'],
    [3, 'Dark Turquoise'],
    [4, 'Red'],
    [15, 'White'],
    [71, 'Light Bluish Gray'],
  ]),
  partColours: new Map(PARTS.map((number) => [number, new Set([4, 15, 71])])),
  elements: new Map([
    ['300121', { partNumber: '3001', colourId: 4 }],
    ['300126', { partNumber: '3001', colourId: 0 }],
  ]),
};

const sampleOf = (text: string): TableSample => text.split('\n').map((line) => line.split(','));

describe('guessing what the columns of a table mean', () => {
  for (const [name, text, mapping] of [
    [
      'other names',
      'Design,Farbe,Anzahl,Preis\n3001,Red,12,0.10\n3002,White,4,0.05',
      { hasHeader: true, part: 0, colour: 1, quantity: 2 },
    ],
    ['no names', '3001,4,12\n3002,15,3\n3003,71,2', { hasHeader: false, part: 0, colour: 1, quantity: 2 }],
    [
      'no names, with the quantity first',
      '12,3001,4\n3,3002,15\n2,3003,71',
      { hasHeader: false, part: 1, colour: 2, quantity: 0 },
    ],
    ['parts and quantities only', '3001,12\n3002,3\n3003,2', { hasHeader: false, part: 0, quantity: 1 }],
    ['parts only', 'Part\n3001\n3002', { hasHeader: true, part: 0 }],
    [
      'elements in a pasted order',
      'Item,Description,Ordered,Each\n300121,BRICK 2X4,4,0.40\n300126,BRICK 2X4,2,0.40',
      { hasHeader: true, element: 0, quantity: 2 },
    ],
    [
      'spares',
      'piece no.,hue,pcs,extra?\n3001,4,2,yes\n3002,15,3,no',
      { hasHeader: true, part: 0, colour: 1, quantity: 2, spare: 3 },
    ],
  ] as const)
    it(`recognises a table with ${name}`, () => {
      expect(guessColumns(sampleOf(text), extract)?.mapping).to.eql(mapping);
    });

  it('says for each column why, with how many cells fit and an example', () => {
    expect(guessColumns(sampleOf('Teil,Anzahl\n3001,4\nx9,2\n3003,5'), extract)?.reasons).to.eql([
      { column: 0, field: 'part', evidence: 'part-numbers', cells: 2, of: 3, example: '3001' },
      { column: 1, field: 'quantity', evidence: 'whole-numbers', cells: 3, of: 3, example: '4' },
    ]);
  });

  for (const text of ['Dear all,\nthis is no list,at all', 'a,b\nc,d', '1,2\n3,4', ''])
    it(`guesses nothing for ${JSON.stringify(text)}`, () => {
      expect(guessColumns(sampleOf(text), extract)).to.equal(undefined);
    });
});

describe('naming the kind of a table', () => {
  it('takes a first row of words for a header, and one with a number for a row of the list', () => {
    expect(
      ['Part', '3001,4,2', 'Design,Farbe', '3626bpr0001,Red,2', ',,'].map((row) => hasHeader(sampleOf(row))),
    ).to.eql([true, false, true, false, false]);
  });

  it('is the same for the same names, and another for other names or another order', () => {
    const kinds = [['Teil', 'Anzahl'], [' teil', 'ANZAHL'], ['Anzahl', 'Teil'], ['Teil|Anzahl']].map(tableKind);
    expect(kinds[1]).to.equal(kinds[0]);
    expect(new Set(kinds).size).to.equal(3);
  });
});
