import { expect } from 'chai';
import { columnsOf, isTrue } from './columns.ts';

describe('recognising the columns of a CSV', () => {
  for (const [header, expected] of [
    ['Part,Color,Quantity', [0, 1, 2, undefined]],
    ['Part,Color,Quantity,Is Spare', [0, 1, 2, 3]],
    ['Part,Color,Num', [0, 1, 2, undefined]],
    ['part_num,color_id,quantity,is_spare', [0, 1, 2, 3]],
    ['inventory_id,part_num,color_id,quantity,is_spare,img_url', [1, 2, 3, 4]],
    ['Quantity, Colour ID ,PART NUM', [2, 1, 0, undefined]],
  ] as const)
    it(`reads "${header}" by name`, () => {
      const columns = columnsOf(header.split(','));
      expect([columns?.part, columns?.colour, columns?.quantity, columns?.spare]).to.deep.equal(expected);
    });

  for (const header of ['elementId,quantity', 'Part', '3001,4,2', 'Set Number,Quantity,Includes Spares,Inventory Ver'])
    it(`does not take "${header}" for a parts list`, () => {
      expect(columnsOf(header.split(','))).to.equal(undefined);
    });

  it('knows the booleans of all years', () => {
    expect(['True', 't', 'False', 'f', '', undefined].map(isTrue)).to.deep.equal([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
