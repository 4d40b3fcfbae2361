import { expect } from 'chai';
import { countedItems, extraPieces, neededPieces, parseLot, type RawLot } from './lot.ts';

const brick: RawLot = {
  line: 4,
  itemType: 'P',
  partNumber: '3001',
  colour: '4',
  colourName: null,
  quantityText: '12',
  role: 'needed',
};

const withQuantity = (quantityText: string | null) => parseLot({ ...brick, quantityText }, 1);

describe('reading a lot', () => {
  it('reads whole numbers as quantities', () => {
    expect(withQuantity('12').quantity).to.equal(12);
    expect(withQuantity('12.00').quantity).to.equal(12);
    expect(withQuantity('+3').quantity).to.equal(3);
  });

  it('reads a missing quantity as one piece and records the repair', () => {
    const lot = withQuantity(null);
    expect([lot.quantity, lot.repairs, lot.problem]).to.deep.equal([1, ['quantity-assumed'], null]);
  });

  for (const text of ['-1', '0', '-0'])
    it(`stores a lot of ${text} pieces with a problem and adds no pieces`, () => {
      const lot = withQuantity(text);
      expect(lot.problem?.code).to.equal('quantity-not-positive');
      expect(lot.partNumber).to.equal('3001');
      expect(neededPieces(lot)).to.equal(0);
    });

  for (const text of ['', 'many', '1e9', '0x10', '1,5', '12.5', '99999999999', 'NaN', 'Infinity', '１２'])
    it(`stores a lot of "${text}" pieces with a problem and no quantity`, () => {
      const lot = withQuantity(text);
      expect([lot.problem?.code, lot.quantity]).to.deep.equal(['quantity-unreadable', null]);
    });

  it('stores a lot without a part number with a problem', () => {
    expect(parseLot({ ...brick, partNumber: '' }, 1).problem?.code).to.equal('part-number-missing');
  });

  it('counts sets and minifigs apart from pieces', () => {
    const set = parseLot({ ...brick, itemType: 'S', partNumber: '6080-1', quantityText: '2' }, 1);
    expect([set.problem, neededPieces(set), countedItems(set, 'sets'), countedItems(set, 'minifigs')]).to.deep.equal([
      ...[null, 0, 2, 0],
    ]);
    expect(countedItems(parseLot({ ...brick, itemType: 'M', quantityText: '3' }, 1), 'minifigs')).to.equal(3);
  });

  it('stores a book in a parts list and does not count it', () => {
    const lot = parseLot({ ...brick, itemType: 'B' }, 1);
    expect([lot.problem?.code, neededPieces(lot)]).to.deep.equal(['not-a-part', 0]);
  });

  it('adds needed and extra lots to two totals, and counterparts and alternates to none', () => {
    const roles = ['needed', 'extra', 'counterpart', 'alternate'] as const;
    const lots = roles.map((role) => parseLot({ ...brick, role }, 1));
    expect(lots.map(neededPieces)).to.deep.equal([12, 0, 0, 0]);
    expect(lots.map(extraPieces)).to.deep.equal([0, 12, 0, 0]);
  });

  for (const text of ['1,234', '1 234', "1'234", '1’234', '1\u00a0234', '1,234.00'])
    it(`reads "${text}" as 1,234 and records the repair`, () => {
      const { quantity, repairs, problem } = withQuantity(text);
      expect([quantity, repairs, problem]).to.deep.equal([1234, ['thousands-separator-removed'], null]);
    });

  for (const text of ['1.234', '12,34', '1,2345', '1,234 567', ',234', '1,,234'])
    it(`does not guess the meaning of "${text}"`, () => {
      expect(withQuantity(text).problem?.code).to.equal('quantity-unreadable');
    });

  it('looks up 3001.0 as 3001 and records the repair', () => {
    const { partNumber, lookupNumber, repairs } = parseLot({ ...brick, partNumber: '3001.0' }, 1);
    expect([partNumber, lookupNumber, repairs]).to.deep.equal(['3001.0', '3001', ['part-number-restored']]);
  });

  for (const partNumber of ['9.70E+03', '9,70E+03', '3E5'])
    it(`reports that a spreadsheet changed part number ${partNumber}`, () => {
      const { problem } = parseLot({ ...brick, partNumber }, 1);
      expect([problem?.code, problem?.field]).to.deep.equal(['number-changed-by-spreadsheet', 'partNumber']);
    });

  for (const partNumber of ['14728c21.6', '3626cpr0001', '30E', '3001E', '134916-740'])
    it(`accepts part number ${partNumber} unchanged`, () => {
      const { problem, lookupNumber } = parseLot({ ...brick, partNumber }, 1);
      expect([problem, lookupNumber]).to.deep.equal([null, partNumber]);
    });
});
