import { expect } from 'chai';
import fc from 'fast-check';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { given } from '@lego-moc/testing/given';
import { formatAmount, parseAmount } from './amount.ts';
import { isFresh } from './freshness.ts';
import { lookUpBudgetDecider } from './look-up-budget.ts';
import type { PriceFigures, PriceKey, PriceObserved } from './price-events.ts';
import { priceDecider, priceIdOf } from './price.ts';

const key: PriceKey = {
  ...{ owner: 'ada' as UserId, itemType: 'P', number: '3006', colour: 5 },
  ...{ condition: 'new', guide: 'stock', currency: 'USD' },
};
const priceId = priceIdOf(key);
const unit = { minimum: 525, average: 5332, quantityAverage: 3653, maximum: 34290 };
const figures: PriceFigures = { offers: 978, pieces: 14810, unit };
const priceObserved = (at: string, of: PriceFigures = figures): PriceObserved => ({
  type: 'PriceObserved',
  data: { priceId, key, figures: of, source: 'bricklink', observedAt: at as Instant },
});
const observe = (at: string, of = figures) => ({ type: 'ObservePrice' as const, data: priceObserved(at, of).data });
const price = given(priceDecider);
const MORNING = '2026-01-01T08:00:00.000Z';
const EVENING = '2026-01-01T20:00:00.000Z';
const NEXT_DAY = '2026-01-02T08:00:00.000Z';

describe('observing a price', () => {
  it('records the first figures, changed ones of the same day, and equal ones of another day', () => {
    const dearer = { ...figures, unit: { ...unit, minimum: 526 } };
    price().when(observe(MORNING)).then(priceObserved(MORNING));
    price(priceObserved(MORNING)).when(observe(EVENING, dearer)).then(priceObserved(EVENING, dearer));
    price(priceObserved(MORNING)).when(observe(NEXT_DAY)).then(priceObserved(NEXT_DAY));
  });

  it('changes nothing the second time, for equal figures of the same day, and for older ones', () => {
    price(priceObserved(MORNING)).when(observe(MORNING)).thenNothing();
    price(priceObserved(MORNING)).when(observe(EVENING)).thenNothing();
    price(priceObserved(NEXT_DAY))
      .when(observe(EVENING, { ...figures, pieces: 1 }))
      .thenNothing();
  });

  it('is withdrawn once, and can be observed again after that', () => {
    const withdraw = { type: 'WithdrawPrice' as const, data: { priceId, at: EVENING as Instant } };
    const priceWithdrawn = { type: 'PriceWithdrawn' as const, data: { priceId, withdrawnAt: EVENING as Instant } };
    price(priceObserved(MORNING)).when(withdraw).then(priceWithdrawn);
    price(priceObserved(MORNING), priceWithdrawn).when(withdraw).thenNothing();
    price(priceObserved(MORNING), priceWithdrawn).when(observe(MORNING)).then(priceObserved(MORNING));
  });

  it('has another stream for another owner, item or market', () => {
    const others: readonly Partial<PriceKey>[] = [
      { owner: 'platform' },
      { itemType: 'S' },
      { number: '3007' },
      { colour: 6 },
      { condition: 'used' },
      { guide: 'sold' },
      { currency: 'EUR' },
    ];
    expect(new Set([priceId, ...others.map((other) => priceIdOf({ ...key, ...other }))]).size).to.equal(8);
  });
});

describe('amounts of money', () => {
  for (const [text, amount] of [
    ['0.3653', 3653],
    ['9.07', 90700],
    ['12', 120000],
    ['0.00005', 1],
    ['0.00004', 0],
    ['999999999', 9999999990000],
  ] as const)
    it(`reads ${text} as ${amount} ten-thousandths`, () => {
      expect(parseAmount(text)).to.equal(amount);
    });

  for (const text of ['', '-1', '1e3', '1,5', '0x10', 'NaN', '.5', '1.', '1234567890'])
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(parseAmount(text)).to.equal(undefined);
    });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999_999_999 }), (amount) => {
        expect(parseAmount(formatAmount(BigInt(amount)))).to.equal(amount);
      }),
    );
  });
});

describe('the freshness of a price', () => {
  const noOffers: PriceFigures = { offers: 0, pieces: 0, unit: null };
  for (const [name, of, guide, fresh, stale] of [
    ['offers', figures, 'stock', '2026-01-02T07:59:59.999Z', NEXT_DAY],
    ['sales', figures, 'sold', '2026-01-08T07:59:59.999Z', '2026-01-08T08:00:00.000Z'],
    ['an item that nobody sells', noOffers, 'stock', '2026-01-08T07:59:59.999Z', '2026-01-08T08:00:00.000Z'],
  ] as const)
    it(`ends for ${name} at ${stale}`, () => {
      const price = { figures: of, observedAt: MORNING as Instant };
      expect([fresh, stale].map((now) => isFresh(price, guide, now as Instant))).to.deep.equal([true, false]);
    });
});

describe('the daily budget of calls', () => {
  const budget = given(lookUpBudgetDecider);
  const reserve = (reservationId: string, count: number) => ({
    type: 'ReserveLookUps' as const,
    data: { reservationId, count, dailyMax: 25 },
  });
  const lookUpsReserved = (reservationId: string, count: number) => ({
    type: 'LookUpsReserved' as const,
    data: { reservationId, count },
  });

  it('is reserved up to the limit, once for each reservation, and refused beyond it', () => {
    budget(lookUpsReserved('a', 20)).when(reserve('b', 5)).then(lookUpsReserved('b', 5));
    budget(lookUpsReserved('a', 20), lookUpsReserved('b', 5)).when(reserve('b', 5)).thenNothing();
    budget(lookUpsReserved('a', 20)).when(reserve('b', 6)).thenRejected('budget-spent');
  });
});
