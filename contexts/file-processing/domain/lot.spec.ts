import { expect } from 'chai';
import { piecesOf, parseLot, type RawLot } from './lot.ts';

const brick: RawLot = {
  line: 4,
  itemType: 'P',
  partNumber: '3001',
  colour: '4',
  quantityText: '12',
  role: 'needed',
};

const withQuantity = (quantityText: string | null) => parseLot({ ...brick, quantityText }, 1);

describe('reading a lot', () => {
  it('takes whole numbers as quantities', () => {
    expect(withQuantity('12').quantity).to.equal(12);
    expect(withQuantity('12.00').quantity).to.equal(12);
    expect(withQuantity('+3').quantity).to.equal(3);
  });

  it('takes a missing quantity for one piece and says so', () => {
    const lot = withQuantity(null);
    expect([lot.quantity, lot.quantityAssumed, lot.problem]).to.deep.equal([1, true, null]);
  });

  for (const text of ['-1', '0', '-0'])
    it(`keeps a lot of ${text} pieces as a problem that adds no pieces`, () => {
      const lot = withQuantity(text);
      expect(lot.problem?.code).to.equal('quantity-not-positive');
      expect(lot.partNumber).to.equal('3001');
      expect(piecesOf(lot)).to.equal(0);
    });

  for (const text of ['', 'many', '1e9', '0x10', '1,5', '12.5', '99999999999', 'NaN', 'Infinity', '１２'])
    it(`keeps a lot of "${text}" pieces as a problem without a quantity`, () => {
      const lot = withQuantity(text);
      expect([lot.problem?.code, lot.quantity]).to.deep.equal(['quantity-unreadable', null]);
    });

  it('keeps a lot without a part number', () => {
    expect(parseLot({ ...brick, partNumber: '' }, 1).problem?.code).to.equal('part-number-missing');
  });

  it('keeps a set in a parts list, and does not count it', () => {
    const lot = parseLot({ ...brick, itemType: 'S', partNumber: '6080-1' }, 1);
    expect([lot.problem?.code, piecesOf(lot)]).to.deep.equal(['not-a-part', 0]);
  });

  it('counts spares but neither extras, counterparts nor alternates', () => {
    const pieces = (['needed', 'spare', 'extra', 'counterpart', 'alternate'] as const).map((role) =>
      piecesOf(parseLot({ ...brick, role }, 1)),
    );
    expect(pieces).to.deep.equal([12, 12, 0, 0, 0]);
  });
});
