import { expect } from 'chai';
import { columnsOf, isTotalRow, isTrue } from './columns.ts';
import type { Columns } from './table-columns.ts';

const readable = (header: string): Columns => {
  const columns = columnsOf(header.split(','));
  if (columns === undefined || 'repeatedName' in columns) throw new Error(`Not readable: ${header}`);
  return columns;
};

describe('recognising the columns of a CSV', () => {
  for (const [header, expected] of [
    ['Part,Color,Quantity', [0, 1, 2, undefined]],
    ['Part,Color,Quantity,Is Spare', [0, 1, 2, 3]],
    ['Part,Color,Num', [0, 1, 2, undefined]],
    ['part_num,color_id,quantity,is_spare', [0, 1, 2, 3]],
    ['inventory_id,part_num,color_id,quantity,is_spare,img_url', [1, 2, 3, 4]],
    ['Num,Part,Color,Quantity', [1, 2, 3, undefined]],
    ['Part,Color,Color ID,Quantity', [0, 2, 3, undefined]],
    ['Part,Color ID,Color,Quantity', [0, 1, 3, undefined]],
    ['Quantity, Colour ID ,PART NUM', [2, 1, 0, undefined]],
  ] as const)
    it(`reads "${header}" by name`, () => {
      const { part, colour, quantity, spare } = readable(header);
      expect([part, colour, quantity, spare]).to.deep.equal(expected);
    });

  for (const header of ['elementId', 'Part,Quantity', 'Part', '3001,4,2'])
    it(`does not accept "${header}" as the header of a parts list`, () => {
      expect(columnsOf(header.split(','))).to.equal(undefined);
    });

  for (const [header, duplicate] of [
    ['Part,Color,Quantity,Quantity', 'Quantity'],
    ['Part,Part,Color,Quantity', 'Part'],
    ['Part,Color ID,color_id,Quantity', 'Color ID'],
  ] as const)
    it(`names the repeated column of "${header}"`, () => {
      expect(columnsOf(header.split(','))).to.deep.equal({ repeatedName: duplicate });
    });

  for (const [row, isTotal] of [
    ['Total,,5', true],
    ['Grand Total,,7', true],
    ['Summe:,,5', true],
    [',Total,5', true],
    [',,5', true],
    [',,6', false],
    [',4,5', false],
    ['3001,4,5', false],
    ['Total,4,5', false],
    ['totalblock,,5', false],
  ] as const)
    it(`reads the row "${row}" under five pieces as ${isTotal ? 'their total' : 'a lot'}`, () => {
      expect(isTotalRow(row.split(','), readable('Part,Color,Quantity'), 5)).to.equal(isTotal);
    });

  it('reads the booleans of all dumps', () => {
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
