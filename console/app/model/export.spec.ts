import { expect } from 'chai';
import { toCsv, toJson } from './export.ts';

describe('exporting what is on screen', () => {
  const table = (cell: string | number | null) => ({ columns: ['text', 'count'], rows: [[cell, -1]] });

  for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1'])
    it(`makes ${JSON.stringify(formula)} plain text for spreadsheets`, () => {
      const [, row = ''] = toCsv(table(formula)).split(/\r\n(?!=)/);

      expect(row.replace(/^"/, '').startsWith("'")).to.equal(true);
    });

  it('leaves negative numbers numbers', () => {
    expect(toCsv(table('crane'))).to.equal('text,count\r\ncrane,-1\r\n');
  });

  it('quotes commas, quotes and line breaks', () => {
    expect(toCsv(table('a "b",\nc'))).to.equal('text,count\r\n"a ""b"",\nc",-1\r\n');
  });

  it('keeps a formula in a column title plain as well', () => {
    expect(toCsv({ columns: ['=A1'], rows: [] })).to.equal("'=A1\r\n");
  });

  it('gives JSON an object a row', () => {
    expect(JSON.parse(toJson(table(null)))).to.deep.equal([{ text: null, count: -1 }]);
  });
});
