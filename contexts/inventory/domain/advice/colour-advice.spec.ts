import { expect } from 'chai';
import fc from 'fast-check';
import { adviseColour, FEW_SETS, type KnownColour } from './colour-advice.ts';

const colourOf = (colour: string, change: Partial<KnownColour> = {}): KnownColour => ({
  ...{ colour, name: `Colour ${colour}`, elements: 1, sets: 100, price: null },
  ...change,
});
const euros = (amount: string) => ({ amount, currency: 'EUR' });

describe('advice about the colour of a missing part', () => {
  it('given a part that the catalogue knows no colour of, says so and names none', () => {
    expect(adviseColour('4', [])).to.deep.equal({
      ...{ reason: 'colours-unknown', supply: { elements: 0, sets: null, price: null }, others: [], othersLeftOut: 0 },
    });
  });

  it('given no element in the wanted colour, names those that have one, the colour of the most sets first', () => {
    const colours = [colourOf('0', { sets: 7 }), colourOf('1', { sets: 90 }), colourOf('4', { elements: 0 })];
    const advice = adviseColour('4', [...colours, colourOf('19', { elements: 0 })]);
    expect([advice?.reason, advice?.others.map(({ colour }) => colour)]).to.eql(['no-element', ['1', '0']]);
    expect(adviseColour('320', colours)?.reason).to.equal('no-element');
  });

  it('given a colour of few sets, says so; a number of sets that nobody knows is not few', () => {
    expect(adviseColour('4', [colourOf('4', { sets: FEW_SETS })])?.reason).to.equal('few-sets');
    expect(adviseColour('4', [colourOf('4', { sets: FEW_SETS + 1 })])).to.equal(undefined);
    expect(adviseColour('4', [colourOf('4', { sets: null })])).to.equal(undefined);
  });

  it('given a common colour, names only the colours that are cheaper in the same currency, the cheapest first', () => {
    const colours = [
      ...[colourOf('4', { price: euros('0.2000') }), colourOf('0', { price: euros('0.1000') }), colourOf('2')],
      ...[colourOf('1', { price: euros('0.0500') }), colourOf('14', { price: euros('0.3000') })],
      colourOf('15', { price: { amount: '0.0100', currency: 'USD' } }),
    ];
    const advice = adviseColour('4', colours);
    expect([advice?.reason, advice?.others.map(({ colour }) => colour)]).to.eql(['cheaper-colour', ['1', '0']]);
  });

  it('names five other colours and counts the rest', () => {
    const colours = Array.from({ length: 8 }, (_, at) => colourOf(String(at)));
    const advice = adviseColour('99', colours);
    expect([advice?.others.length, advice?.othersLeftOut]).to.eql([5, 3]);
  });

  it('never names the wanted colour, one without an element, or a dearer one as cheaper', () => {
    const colour = fc.record({
      colour: fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7'),
      name: fc.constant(''),
      elements: fc.integer({ min: 0, max: 2 }),
      sets: fc.option(fc.integer({ min: 0, max: 9 })),
      price: fc.option(
        fc.integer({ min: 1, max: 9 }).map((units) => euros(`0.000${String(units)}`)),
        { nil: null },
      ),
    });
    fc.assert(
      fc.property(fc.uniqueArray(colour, { selector: (entry) => entry.colour }), (colours) => {
        const advice = adviseColour('4', colours);
        for (const other of advice?.others ?? []) {
          expect(other.colour).to.not.equal('4');
          expect(other.elements).to.be.greaterThan(0);
          const isBelow = Number(other.price?.amount) < Number(advice?.supply.price?.amount);
          expect(other.isCheaper === true).to.equal(isBelow);
        }
      }),
    );
  });
});
