import { expect } from 'chai';
import { zipOf } from '@lego-moc/testing/zip';
import { failureOf, readAll } from '../../testing/read-all.ts';
import { workbookOf } from '../../testing/workbook.ts';

describe('reading Excel workbooks', function () {
  this.timeout(30_000);

  it('reads the first sheet as a table, with the rows of the sheet as lines', async () => {
    const list = await readAll(
      workbookOf(
        [
          ['Part', 'Color', 'Color Name', 'Quantity', 'Is Spare'],
          [3001, 4, 'Red', 12, false],
          [],
          ['3626bpb0001', 14, 'Yellow', 2, true],
          ['Total', null, null, 14],
        ],
        [
          ['Part', 'Color', 'Quantity'],
          ['9999', 1, 500],
        ],
      ),
    );
    expect([list.format, list.pieces, list.extra]).to.eql(['excel', 12, 2]);
    expect(list.lots.map(({ line, partNumber, colour, quantity }) => [line, partNumber, colour, quantity])).to.eql([
      [2, '3001', '4', 12],
      [4, '3626bpb0001', '14', 2],
    ]);
    expect(list.repairs).to.eql([{ code: 'total-skipped', line: 5 }]);
  });

  it('reads a part number that Excel shows as 9.70E+03 by its stored value', async () => {
    const { lots } = await readAll(
      workbookOf([
        ['Element ID', 'Qty'],
        [4_211_385, 3],
        [9_700_000_000, 1],
      ]),
    );
    expect(lots.map(({ partNumber, isElement, problem }) => [partNumber, isElement, problem])).to.eql([
      ['4211385', true, null],
      ['9700000000', true, null],
    ]);
  });

  it('reads 5,000 rows in portions', async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => [`part ${String(index)}`, 4, 2]);
    const { lots, pieces } = await readAll(workbookOf([['Part', 'Color', 'Quantity'], ...rows]));
    expect([lots.length, pieces, lots.at(-1)?.line]).to.eql([5000, 10_000, 5001]);
  });

  for (const [name, content, message] of [
    ['refuses a workbook whose sheet list is broken', zipOf({ name: 'xl/workbook.xml', content: '<a' }), /broken/],
    [
      'refuses a workbook with more than 64 MiB of cells',
      zipOf(
        { name: 'xl/workbook.xml', content: '<workbook/>' },
        { name: 'xl/worksheets/sheet1.xml', content: Buffer.alloc(40 * 1024 * 1024, 0x20) },
        { name: 'xl/worksheets/sheet2.xml', content: Buffer.alloc(25 * 1024 * 1024, 0x20) },
      ),
      /archive is too large|workbook is too large/,
    ],
    [
      'names a workbook with a password',
      zipOf({ name: 'xl/workbook.xml', content: '<a/>', isLocked: true }),
      /with a password\. Remove/,
    ],
  ] as const)
    it(name, async () => {
      expect((await failureOf(content))?.detail).to.match(message);
    });
});
