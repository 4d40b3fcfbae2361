import { expect } from 'chai';
import { orderIn, type OrderField } from './order.ts';

const fieldsOf =
  (fields: Readonly<Record<string, string>>): OrderField =>
  (name) =>
    fields[name];
const BASE = { orderid: '4711', orderdate: '8/5/2025', seller: 'Bricks' };

describe('reading an order', () => {
  it('reads id, day, shop and total', () => {
    const fields = { ...BASE, basegrandtotal: '1,012.50', basecurrencycode: 'EUR', ordertotal: '900.00' };
    expect(orderIn(fieldsOf(fields))).to.deep.equal({
      ...{ orderId: '4711', date: '2025-08-05', shop: 'Bricks', total: { amount: 101_250, currency: 'EUR' } },
    });
  });

  it('is none without an id', () => {
    expect(orderIn(fieldsOf({ ...BASE, orderid: ' ' }))).to.equal(undefined);
  });

  for (const [text, date] of [
    ['2025-08-25T17:03:00.000Z', '2025-08-25'],
    ['12/31/2024', '2024-12-31'],
    ['25/8/2025', null],
    ['2025-13-01', null],
    ['2/29/2024', '2024-02-29'],
    ['2025-02-29', null],
    ['1900-02-29', null],
    ['yesterday', null],
  ] as const)
    it(`reads the day "${text}" as ${String(date)}`, () => {
      expect(orderIn(fieldsOf({ ...BASE, orderdate: text }))?.date).to.equal(date);
    });

  for (const [text, total] of [
    ['$12.5', { amount: 1_250, currency: 'USD' }],
    ['US $12.50', null],
    ['US$ 12.50', { amount: 1_250, currency: 'USD' }],
    ['€ 0.29', { amount: 29, currency: 'EUR' }],
    ['JPY 1200', { amount: 1_200, currency: 'JPY' }],
    ['12.50', null],
    ['-1.00', null],
  ] as const)
    it(`reads the total "${text}" as ${JSON.stringify(total)}`, () => {
      expect(orderIn(fieldsOf({ ...BASE, ordertotal: text }))?.total).to.deep.equal(total);
    });
});
