import { expect } from 'chai';
import fc from 'fast-check';
import { after } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import { storedLot } from '../../testing/stored-lots.ts';
import type { ExportSource } from '../export-lot.ts';
import { estimateCost, groupByCurrency, type LatestPrice } from './estimate.ts';
import { countNeeds, type ListNeeds, type Need } from './needs.ts';
import type { UnitPrices } from './price-events.ts';

const NOW = '2026-01-10T12:00:00.000Z' as Instant;
const DAY_MS = 86_400_000;
const options = { guide: 'stock', now: NOW } as const;
const source: ExportSource = { format: 'rebrickable-csv', scheme: 'rebrickable' };

const unit: UnitPrices = { minimum: 525, average: 5332, quantityAverage: 3653, maximum: 34290 };
const priceOf = (number: string, change: Partial<LatestPrice> = {}): LatestPrice => ({
  ...{ itemType: 'P', number, colour: 5, currency: 'EUR', observedAt: NOW },
  figures: { offers: 10, pieces: 1000, unit },
  ...change,
});
const needOf = (number: string, pieces: number, lots = 1): Need => ({
  item: { itemType: 'P', number, colour: 5 },
  lots,
  pieces,
});
const listOf = (...needs: readonly Need[]): ListNeeds => ({ needs, unpriceable: [], untranslatedLots: 0 });

describe('counting what lists need', () => {
  const countedLots = (...lots: readonly Parameters<typeof storedLot>[0][]): ListNeeds => {
    const { add, total } = countNeeds();
    for (const lot of lots) add(storedLot(lot), source);
    return total();
  };

  it('adds lots of one item up, in BrickLink’s colours and numbers in lower case', () => {
    expect(countedLots({ quantity: 4 }, { quantity: 3 }, { partNumber: '3001A', part: '3001a', quantity: 2 })).to.eql({
      needs: [needOf('3001', 7, 2), needOf('3001a', 2)],
      unpriceable: [],
      untranslatedLots: 3,
    });
  });

  it('leaves out spares, and names the reason where a lot has no price', () => {
    const { needs, unpriceable } = countedLots(
      { role: 'extra' },
      { colourId: 9999, colour: '9999' },
      { colourId: null, colour: '777' },
      { problem: 'quantity-not-positive', quantity: 0 },
      { problem: 'not-a-part', itemType: 'S' },
    );
    expect(needs).to.eql([]);
    expect(unpriceable.map(({ reason, pieces }) => [reason, pieces])).to.eql([
      ['colour-any', 4],
      ['colour-unknown', 4],
      ['lot-has-problem', 0],
      ['not-a-part', 0],
    ]);
  });
});

describe('estimating the cost of lists', () => {
  it('multiplies the range and the expected price by the pieces', () => {
    const { low, expected, high, coveredLots, coveredPieces } = estimateCost(
      listOf(needOf('3001', 10)),
      [priceOf('3001')],
      options,
    );
    expect({ low, expected, high, coveredLots, coveredPieces }).to.eql({
      ...{ low: 5250n, expected: 36530n, high: 342900n, coveredLots: 1, coveredPieces: 10 },
    });
  });

  it('takes the middle half of the offers for the range where it is known', () => {
    const quartiles = { ...unit, lowerQuartile: 3000, upperQuartile: 4000 };
    const { low, high } = estimateCost(
      listOf(needOf('3001', 1)),
      [priceOf('3001', { figures: { offers: 10, pieces: 1000, unit: quartiles } })],
      options,
    );
    expect([low, high]).to.eql([3000n, 4000n]);
  });

  it('counts a missing price, and an item that nobody sells, as unpriced and not as 0', () => {
    const nothing = { offers: 0, pieces: 0, unit: null };
    const { unpriced, coveredPieces, pieces, expected } = estimateCost(
      listOf(needOf('3001', 2), needOf('3002', 3, 2)),
      [priceOf('3002', { figures: nothing })],
      options,
    );
    expect([pieces, coveredPieces, expected, unpriced.count]).to.eql([5, 0, 0n, 3]);
    expect(unpriced.first.map(({ partNumber, reason }) => [partNumber, reason])).to.eql([
      ['3001', 'no-price'],
      ['3002', 'nothing-on-sale'],
    ]);
  });

  it('flags what cannot be bought in full, and sums only the pieces on sale', () => {
    const scarce = priceOf('3001', { figures: { offers: 2, pieces: 23, unit } });
    const { cannotBuyEnough, coveredLots, coveredPieces, expected } = estimateCost(
      listOf(needOf('3001', 61)),
      [scarce],
      options,
    );
    expect(cannotBuyEnough).to.eql({
      count: 1,
      first: [{ partNumber: '3001', colour: '5', needed: 61, onSale: 23 }],
    });
    expect([coveredLots, coveredPieces, expected]).to.eql([0, 23, 23n * 3653n]);
  });

  it('does not call sales of the past a supply', () => {
    const estimate = estimateCost(
      listOf(needOf('3001', 61)),
      [priceOf('3001', { figures: { offers: 2, pieces: 23, unit } })],
      { guide: 'sold', now: NOW },
    );
    expect([estimate.cannotBuyEnough.count, estimate.coveredPieces]).to.eql([0, 61]);
  });

  it('dates the oldest price, and counts lots whose price is older than a day', () => {
    const old = after(NOW, -2 * DAY_MS);
    const { oldestPriceAt, staleLots } = estimateCost(
      listOf(needOf('3001', 1), needOf('3002', 1)),
      [priceOf('3001'), priceOf('3002', { observedAt: old })],
      options,
    );
    expect([oldestPriceAt, staleLots]).to.eql([old, 1]);
  });
});

describe('the laws of an estimate', () => {
  const amount = fc.integer({ min: 0, max: 10_000_000 });
  const anyUnit = fc.record(
    { minimum: amount, average: amount, quantityAverage: amount, maximum: amount, lowerQuartile: amount },
    { requiredKeys: ['minimum', 'average', 'quantityAverage', 'maximum'] },
  );
  const anyPrice = fc
    .record({
      number: fc.constantFrom('a', 'b', 'c'),
      figures: fc.record({
        offers: fc.option(fc.nat()),
        pieces: fc.option(fc.nat({ max: 50 })),
        unit: fc.option(anyUnit),
      }),
    })
    .map(({ number, figures }) => priceOf(number, { figures }));
  const anyPrices = fc.uniqueArray(anyPrice, { selector: ({ number }) => number });
  const anyNeeds = fc.uniqueArray(
    fc
      .tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 3 }))
      .map((need) => needOf(...need)),
    { selector: ({ item }) => item.number },
  );

  it('low ≤ expected ≤ high, and every piece is covered, short or unpriced', () => {
    fc.assert(
      fc.property(anyNeeds, anyPrices, fc.constantFrom('stock' as const, 'sold' as const), (needs, prices, guide) => {
        const sum = estimateCost(listOf(...needs), prices, { guide, now: NOW });
        expect(sum.low <= sum.expected && sum.expected <= sum.high).to.equal(true);
        const missing = sum.cannotBuyEnough.first.reduce((pieces, { needed, onSale }) => pieces + needed - onSale, 0);
        const unpricedPieces = sum.unpriced.first.reduce((pieces, lot) => pieces + lot.pieces, 0);
        expect(sum.coveredPieces + missing + unpricedPieces).to.equal(sum.pieces);
        expect(sum.coveredLots + sum.cannotBuyEnough.count + sum.unpriced.count).to.equal(sum.lots);
      }),
    );
  });

  it('one more price never covers fewer pieces', () => {
    fc.assert(
      fc.property(anyNeeds, anyPrices, (needs, prices) => {
        const all = estimateCost(listOf(...needs), prices, options);
        const fewer = estimateCost(listOf(...needs), prices.slice(1), options);
        expect(all.coveredPieces).to.be.at.least(fewer.coveredPieces);
      }),
    );
  });

  it('groups by currency without losing a price, the fullest group first', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyPrice, fc.constantFrom('EUR', 'USD', 'GBP'))), (pairs) => {
        const prices = pairs.map(([price, currency]) => ({ ...price, currency }));
        const groups = groupByCurrency(prices);
        expect(groups.flatMap(([, group]) => group)).to.have.length(prices.length);
        for (const [currency, group] of groups)
          expect(group.every((price) => price.currency === currency)).to.equal(true);
        const sizes = groups.map(([, group]) => group.filter(({ figures }) => figures.unit !== null).length);
        expect(sizes).to.deep.equal(sizes.toSorted((some, other) => other - some));
      }),
    );
  });
});
