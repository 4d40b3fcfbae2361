import { expect } from 'chai';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { PriceEvent, PriceFigures, PriceKey } from '../../domain/prices/price-events.ts';
import { priceIdOf } from '../../domain/prices/price.ts';
import { prices } from './prices.ts';

const key: PriceKey = {
  ...{ owner: 'ada' as UserId, itemType: 'P', number: '3001', colour: 5 },
  ...{ condition: 'new', guide: 'stock', currency: 'EUR' },
};
const priceId = priceIdOf(key);
const figures: PriceFigures = { offers: 1, pieces: 5, unit: null };

const priceObserved = (day: string, change: Partial<PriceFigures> = {}): PriceEvent => ({
  type: 'PriceObserved',
  data: {
    priceId,
    key,
    figures: { ...figures, ...change },
    source: 'file',
    observedAt: `${day}T12:00:00.000Z` as Instant,
  },
});
const withdrawn: PriceEvent = {
  type: 'PriceWithdrawn',
  data: { priceId, withdrawnAt: '2026-01-03T12:00:00.000Z' as Instant },
};

/** The row after these events of one stream. */
const rowAfter = (...events: readonly PriceEvent[]) =>
  events.reduce<ReturnType<typeof prices.evolve>>((row, event, index) => {
    const entry = { event, revision: BigInt(index) } as Parameters<typeof prices.evolve>[1];
    return prices.evolve(row, entry);
  }, undefined);

describe('the read model of prices', () => {
  it('has a column for each part of a price’s key, and for what was observed', () => {
    const row = rowAfter(priceObserved('2026-01-01'));
    expect(row).to.deep.equal({
      ...{ owner: 'ada', item_type: 'P', number: '3001', colour: 5, condition: 'new', guide: 'stock', currency: 'EUR' },
      ...{ figures, source: 'file', observed_at: '2026-01-01T12:00:00.000Z' },
    });
    expect(Object.keys(row ?? {})).to.have.members(Object.keys(prices.columns));
  });

  it('shows the newest observation of a price only', () => {
    const row = rowAfter(priceObserved('2026-01-01'), priceObserved('2026-01-02', { pieces: 9 }));
    expect(row).to.deep.include({ figures: { ...figures, pieces: 9 }, observed_at: '2026-01-02T12:00:00.000Z' });
  });

  it('has no row for a withdrawn price, and one again when it is observed later', () => {
    expect(rowAfter(priceObserved('2026-01-01'), withdrawn)).to.equal(undefined);
    expect(rowAfter(priceObserved('2026-01-01'), withdrawn, priceObserved('2026-01-04'))).to.include({
      number: '3001',
    });
  });
});
