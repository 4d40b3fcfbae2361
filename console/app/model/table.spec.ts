import { expect } from 'chai';
import { filterRows, sortRows, type Column } from './table.ts';

type Row = { readonly name: string; readonly lag: number | null };

const COLUMNS: readonly Column<Row>[] = [
  { key: 'name', title: 'Name', value: ({ name }) => name },
  { key: 'lag', title: 'Lag', value: ({ lag }) => lag },
];
const ROWS: readonly Row[] = [
  { name: 'moc-index-2', lag: null },
  { name: 'moc-index-10', lag: 3 },
  { name: 'wishlists', lag: 20 },
];
const names = (rows: readonly Row[]) => rows.map(({ name }) => name);

describe('filtering rows', () => {
  it('finds every word in whichever column and case', () => {
    expect(names(filterRows(ROWS, COLUMNS, '3 MOC'))).to.deep.equal(['moc-index-10']);
  });

  it('keeps all rows without a filter', () => {
    expect(filterRows(ROWS, COLUMNS, '  ')).to.equal(ROWS);
  });
});

describe('sorting rows', () => {
  it('compares numbers within names', () => {
    expect(names(sortRows(ROWS, COLUMNS, 'name'))).to.deep.equal(['moc-index-2', 'moc-index-10', 'wishlists']);
  });

  for (const [sort, first] of [
    ['lag', 'moc-index-10'],
    ['-lag', 'wishlists'],
  ] as const)
    it(`puts what is not known last, sorted by ${sort}`, () => {
      const order = names(sortRows(ROWS, COLUMNS, sort));

      expect([order.at(0), order.at(-1)]).to.deep.equal([first, 'moc-index-2']);
    });

  it('keeps the order for a column that does not exist', () => {
    expect(sortRows(ROWS, COLUMNS, 'nonsense')).to.equal(ROWS);
  });
});
