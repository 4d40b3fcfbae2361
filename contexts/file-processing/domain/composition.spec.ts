import { expect } from 'chai';
import { ANY_COLOUR, checkLot, partKey, type CatalogueExtract, type CheckedLot } from './catalogue.ts';
import { addToComposition, COLOURS_MAX, compositionOf, emptyComposition, PARTS_MAX } from './composition.ts';
import { parseLot, type RawLot } from './lot.ts';

const idsUpTo = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);
const partNames = idsUpTo(1_000).map((number) => `p${number}`);
const isCommon = (part: string): boolean => Number(part.slice(1)) < 300;

/** Parts below p300 exist in sixty colours, the others in one. */
const extract: CatalogueExtract = {
  parts: new Map(partNames.map((part) => [partKey(part), part])),
  colours: new Map([...idsUpTo(40), -1, ANY_COLOUR].map((id) => [id, `Colour ${id}`])),
  partColours: new Map(partNames.map((part) => [part, new Set(idsUpTo(isCommon(part) ? 60 : 1))])),
  elements: new Map(),
};

const lot = (change: Partial<RawLot>): CheckedLot => {
  const raw: RawLot = {
    ...{ line: 2, itemType: 'P', partNumber: 'p1', colour: '4', colourName: null, quantityText: '1', role: 'needed' },
    ...change,
  };
  return checkLot(parseLot(raw, 1), 'rebrickable', extract);
};
const lotsOf = (parts: readonly string[]): readonly CheckedLot[] => parts.map((partNumber) => lot({ partNumber }));
const compose = (...portions: readonly (readonly CheckedLot[])[]) =>
  compositionOf(portions.reduce((composition, lots) => addToComposition(composition, lots, extract), emptyComposition));

describe('composing a parts list', () => {
  it('sums needed pieces by colour over all portions, the most frequent first', () => {
    const spare = lot({ colour: '7', role: 'extra' });
    const { colours } = compose(
      [lot({ quantityText: '3' })],
      [lot({ colour: '5', quantityText: '9' }), lot({}), spare],
    );
    expect(colours).to.deep.equal([
      { id: '5', name: 'Colour 5', pieces: 9 },
      { id: '4', name: 'Colour 4', pieces: 4 },
    ]);
  });

  it('leaves out colours that are none, lots with a problem, and parts that the catalogue does not have', () => {
    const composition = compose([
      lot({ colour: null }),
      lot({ colour: '-1' }),
      lot({ colour: '999', partNumber: 'unheard-of' }),
      lot({ colour: '3', quantityText: '-5' }),
    ]);
    expect(composition).to.deep.equal({ colours: [], parts: ['p1'] });
  });

  it('keeps at most twelve colours and forty-eight parts', () => {
    const lots = idsUpTo(40).map((colour) => lot({ colour: String(colour), quantityText: String(100 - colour) }));
    expect(compose(lotsOf(partNames)).parts).to.have.length(PARTS_MAX);
    expect(compose(lots).colours.map(({ id }) => Number(id))).to.deep.equal(idsUpTo(COLOURS_MAX));
  });

  it('samples the same parts in whatever order and portions the lots come', () => {
    const lots = lotsOf(partNames.slice(200, 400));
    const portions = [lots.slice(50), lots.slice(0, 50).toReversed(), lots.slice(10, 20)];
    expect(compose(...portions).parts).to.deep.equal(compose(lots).parts);
  });

  it('prefers parts that exist in few colours', () => {
    const { parts } = compose(lotsOf(partNames.slice(0, 600)));
    expect(parts.filter(isCommon).length).to.be.lessThan(PARTS_MAX / 6);
  });

  it('shares about as much of the samples of two lists as the lists share', () => {
    const [whole, half, other] = [
      lotsOf(partNames.slice(300, 500)),
      lotsOf(partNames.slice(400, 600)),
      partNames.slice(600),
    ];
    const sample = new Set(compose(whole).parts);
    const shareWith = (lots: readonly CheckedLot[]) => compose(lots).parts.filter((part) => sample.has(part)).length;
    expect(shareWith(half)).to.be.within(PARTS_MAX / 4, (PARTS_MAX * 3) / 4);
    expect(shareWith(lotsOf(other))).to.equal(0);
  });
});
