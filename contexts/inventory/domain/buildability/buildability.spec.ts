import { expect } from 'chai';
import { checkBuildability, type LotResult } from './buildability.ts';
import { choiceFinder } from './choices.ts';
import { colourFamily } from './colour-family.ts';
import type { NeededLot, StockLot } from './needs.ts';
import { relationGraph } from './part-relations.ts';
import { stockPool } from './stock-pool.ts';
import { EXACT, type Tolerance } from './tolerance.ts';

const red = '4';
const darkRed = '320';
const tan = '19';
const facts = {
  graph: relationGraph([
    { relation: 'mould', part: '4085a', otherPart: '4085d' },
    { relation: 'mould', part: '4085d', otherPart: '4085c' },
    { relation: 'print', part: '3001', otherPart: '3001pr1' },
  ]),
  families: new Map([
    [red, 'red'],
    [darkRed, 'red'],
    [tan, 'tan'],
  ]),
};

const lot = (part: string, colour: string | null, quantity: number, more: Partial<NeededLot> = {}): NeededLot => ({
  ...{ lotId: `${part}-${String(colour)}`, part, colour, quantity, hidden: false, tolerance: null },
  ...more,
});
const stockLot = (part: string, colour: string, quantity: number, more: Partial<StockLot> = {}): StockLot => ({
  ...{ holding: 'bin 1', part, colour, quantity, reservedFor: null },
  ...more,
});
const check = (lots: readonly NeededLot[], stock: readonly StockLot[], tolerance: Tolerance = EXACT) => {
  const pool = stockPool(stock);
  const list = { listId: 'crane', lots, tolerance, hiddenTolerance: { relations: [], colour: 'any' } } as const;
  return checkBuildability([list], { pool, find: choiceFinder(pool, facts) })[0]!;
};
const reasons = ({ others }: LotResult) => others.map(({ part, stockColour, reason }) => [part, stockColour, reason]);

describe('checking buildability', () => {
  it('counts lots and pieces, each rounded down', () => {
    const { progress } = check([lot('3001', red, 2), lot('3002', red, 1)], [stockLot('3001', red, 5)]);
    expect(progress).to.deep.equal({
      lots: { needed: 2, available: 1, percentage: 50 },
      pieces: { needed: 3, available: 2, percentage: 66 },
    });
  });

  it('gives a piece to the lot that has no other choice, and says which lot uses it', () => {
    const lots = [lot('3001', red, 1, { lotId: 'hull', hidden: true }), lot('3001', red, 1, { lotId: 'roof' })];
    const [hull, roof] = check(lots, [stockLot('3001', red, 1), stockLot('3001', tan, 1)]).lots;
    expect(roof!.sources.map(({ stockColour }) => stockColour)).to.deep.equal([red]);
    expect(hull!.sources.map(({ stockColour, colour, risk }) => [stockColour, colour, risk])).to.deep.equal([
      [tan, 'any', 'low'],
    ]);
    expect(hull!.others.map(({ reason, usedBy }) => [reason, usedBy])).to.deep.equal([
      ['used-by-other-lots', ['roof']],
    ]);
  });

  it('names the path to a mould of a mould', () => {
    const [clip] = check([lot('4085a', red, 1)], [stockLot('4085c', red, 1)], {
      relations: ['mould'],
      colour: 'same',
    }).lots;
    expect(clip!.sources[0]!.path).to.deep.equal([
      { relation: 'mould', part: '4085d' },
      { relation: 'mould', part: '4085c' },
    ]);
    expect(clip!.sources[0]!.risk).to.equal('low');
  });

  it('says which pieces would serve under a wider tolerance, nearest first', () => {
    const stock = [stockLot('3001', tan, 9), stockLot('3001', darkRed, 9), stockLot('3001pr1', red, 9)];
    const [brick] = check([lot('3001', red, 1)], stock).lots;
    expect(reasons(brick!)).to.deep.equal([
      ['3001pr1', red, 'outside-tolerance'],
      ['3001', darkRed, 'outside-tolerance'],
      ['3001', tan, 'outside-tolerance'],
    ]);
  });

  it('leaves pieces to the list that has reserved them, and says so', () => {
    const [brick] = check([lot('3001', red, 1)], [stockLot('3001', red, 1, { reservedFor: 'tower' })]).lots;
    expect([brick!.available, reasons(brick!)]).to.deep.equal([0, [['3001', red, 'reserved']]]);
  });

  it('takes pieces that are reserved for the list before free ones', () => {
    const stock = [stockLot('3001', red, 1), stockLot('3001', red, 1, { holding: 'box', reservedFor: 'crane' })];
    const [brick] = check([lot('3001', red, 1)], stock).lots;
    expect(brick!.sources.flatMap(({ places }) => places)).to.deep.equal([{ holding: 'box', quantity: 1 }]);
  });

  it('takes pieces of one kind from several places in their order', () => {
    const stock = [stockLot('3001', red, 2), stockLot('3001', red, 2, { holding: 'set 6080-1' })];
    const [brick] = check([lot('3001', red, 3)], stock).lots;
    expect(brick!.sources.flatMap(({ places }) => places)).to.deep.equal([
      { holding: 'bin 1', quantity: 2 },
      { holding: 'set 6080-1', quantity: 1 },
    ]);
  });

  it('takes any colour for a lot of any colour without a difference', () => {
    const [brick] = check([lot('3001', null, 1)], [stockLot('3001', tan, 1)]).lots;
    expect(brick!.sources.map(({ colour, risk }) => [colour, risk])).to.deep.equal([['same', 'none']]);
  });

  it('counts the choices beyond the fifth', () => {
    const stock = Array.from({ length: 8 }, (_, at) => stockLot('3001', `${1000 + at}`, 1));
    const [brick] = check([lot('3001', red, 1)], stock).lots;
    expect([brick!.others.length, brick!.othersLeftOut]).to.deep.equal([5, 3]);
  });
});

describe('the family of a colour', () => {
  const cases = [
    ['Light Bluish Gray', false, 'gray'],
    ['Sand Green', false, 'green'],
    ['Dark Tan', false, 'tan'],
    ['Medium Azure', false, 'blue'],
    ['Trans-Light Blue', true, 'transparent blue'],
    ['[Unknown]', false, '[unknown]'],
  ] as const;
  for (const [name, transparent, family] of cases)
    it(`of ${name} is ${family}`, () => {
      expect(colourFamily({ name, transparent })).to.equal(family);
    });
});
