import { expect } from 'chai';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { LatestPrice } from '../../domain/prices/estimate.ts';
import type { PricedItem } from '../../domain/prices/price-events.ts';
import type { PartColour } from '../ports/part-colours.ts';
import { priceColours } from './price-colours.ts';

const ada = 'ada' as UserId;
const MARKET = { condition: 'new', guide: 'stock' } as const;
const colours: readonly PartColour[] = [
  { part: '3001', colourId: 4, name: 'Red', elements: 2, sets: 9 },
  { part: '3001', colourId: 0, name: 'Black', elements: 1, sets: null },
  { part: '3001', colourId: 999_999, name: 'Unheard-of', elements: 0, sets: 1 },
];

/** BrickLink calls red 5 and black 11. */
const priceIn = (colour: number, currency: string, quantityAverage: number | null): LatestPrice => ({
  ...{ itemType: 'P', number: '3001', colour, currency, observedAt: '2026-01-10T12:00:00.000Z' as Instant },
  figures: {
    ...{ offers: 1, pieces: 5 },
    unit: quantityAverage === null ? null : { minimum: 1, average: 2, quantityAverage, maximum: 9 },
  },
});

describe('pricing the colours of parts', () => {
  const ask = async (prices: readonly LatestPrice[], currency?: string) => {
    const lookUps: PricedItem[] = [];
    const result = await priceColours(() => Promise.resolve({ release: 'r1', colours }), {
      latest: (_, items) => {
        lookUps.push(...items);
        return Promise.resolve(prices);
      },
    })(['3001'], ada, { ...MARKET, currency });
    return { ...result, prices: result.colours.map(({ price }) => price), lookUps };
  };

  it('looks prices up by the colours of BrickLink, and none for a colour that it does not have', async () => {
    const { lookUps, prices, currency } = await ask([]);
    expect(lookUps.map(({ colour }) => colour)).to.eql([5, 11]);
    expect(prices).to.eql([null, null, null]);
    expect(currency).to.equal(null);
  });

  it('compares prices of one currency only: that which prices the most colours, or the one asked for', async () => {
    const prices = [priceIn(5, 'EUR', 300), priceIn(11, 'EUR', 100), priceIn(5, 'USD', 7)];
    expect(await ask(prices)).to.deep.include({ currency: 'EUR', prices: [300, 100, null] });
    expect(await ask(prices, 'USD')).to.deep.include({ currency: 'USD', prices: [7, null, null] });
  });

  it('has no price of what nobody sells', async () => {
    expect(await ask([priceIn(5, 'EUR', 300), priceIn(11, 'EUR', null)])).to.deep.include({
      prices: [300, null, null],
    });
  });
});
