import { expect } from 'chai';
import { isRejection } from '@lego-moc/kernel/decider';
import { readCrossWalkCsv, readOwnCrossWalkCsv } from './cross-walk-csv.ts';

const HEADER = 'scheme,number,scheme,number,provenance\n';

const read = (text: string) => {
  const file = readCrossWalkCsv(text);
  return isRejection(file) ? expect.fail(file.because) : file;
};
const linksIn = (text: string) =>
  read(text).rows.map(({ scheme, key, partNumber, provenance }) => [scheme, key, partNumber, provenance]);
const placesIn = (text: string) => read(text).faults.map(({ line, column }) => [line, column]);

describe('reading a table of part numbers', () => {
  it('leads to the number of Rebrickable, whichever of the two it is', () => {
    const rows = 'bricklink,663stk01,rebrickable,003381,API\nRebrickable,973pr01,BrickOwl,781719,"a table, 2024"\n';
    expect(linksIn(HEADER + rows)).to.deep.equal([
      ['bricklink', '663stk01', '003381', 'API'],
      ['brickowl', '781719', '973pr01', 'a table, 2024'],
    ]);
  });

  it('takes the first of two numbers of Rebrickable for the older one', () => {
    expect(linksIn('rebrickable,4555c05pr0009,rebrickable,74509pr0009,API\n')).to.deep.equal([
      ['rebrickable', '4555c05pr0009', '74509pr0009', 'API'],
    ]);
  });

  it('reads tables without a header, with semicolons or tabs, a byte order mark and CRLF', () => {
    const link = ['ldraw', '3001p01', '3001pr0001', 'API'];
    for (const separator of [';', '\t'])
      expect(linksIn(`\uFEFF${['LDraw', '3001P01', 'rebrickable', '3001pr0001', 'API'].join(separator)}\r\n`)).to.eql([
        link,
      ]);
  });

  it('reads equal rows once', () => {
    const row = 'lego,3001,rebrickable,3001old,API\n';
    const { rows, faults } = read(row + row.toUpperCase() + row);
    expect([rows.length, faults]).to.deep.equal([1, []]);
  });

  it('refuses all rows of a number that stands for several parts, each with line and column', () => {
    const rows = 'lego,2137,rebrickable,02137pat0001,API\nrebrickable,02137pat0002,lego,2137,API\n';
    const { rows: links, faults } = read(`${HEADER}${rows}lego,1,rebrickable,2,API\nlego,2137,rebrickable,x,API\n`);
    expect(links.map(({ key }) => key)).to.deep.equal(['1']);
    expect(faults).to.deep.equal([
      { line: 2, column: 4, detail: 'Line 3 says 02137pat0002; a number stands for one part.' },
      { line: 3, column: 2, detail: 'Line 2 says 02137pat0001; a number stands for one part.' },
      { line: 5, column: 4, detail: 'Line 3 says 02137pat0002; a number stands for one part.' },
    ]);
  });

  for (const [row, column] of [
    ['peeron,1,rebrickable,2,API', 1],
    ['bricklink,,rebrickable,2,API', 2],
    ['bricklink,"310.3stk01, 311.1stk01",rebrickable,003402,API', 2],
    ['bricklink,9.70E+03,rebrickable,9700,API', 2],
    ['bricklink,1,brickset,2,API', 3],
    ['bricklink,1,ldraw,2,API', 3],
    ['bricklink,1,rebrickable,3001.0,API', 4],
    ['bricklink,1,rebrickable,"3001\u00e9",API', 4],
    ['rebrickable,3001A,rebrickable,3001a,API', 4],
    ['bricklink,1,rebrickable,2,', 5],
    ['bricklink,1,rebrickable,2', 5],
    ['bricklink,1,rebrickable,2,API,more', 6],
  ] as const)
    it(`refuses ${row} at column ${column}`, () => {
      expect(placesIn(`${HEADER}${row}\n`)).to.deep.equal([[2, column]]);
    });

  it('takes the table of a user without a provenance as stated by the user', () => {
    const file = readOwnCrossWalkCsv(
      'scheme,number,scheme,number\nbricklink,X1,rebrickable,3001\nldraw,x2,rebrickable,3002,\nlego,x3,rebrickable,3003,API\n',
    );
    const rows = isRejection(file) ? [] : file.rows;
    expect(rows.map(({ number, key, provenance }) => [number, key, provenance])).to.deep.equal([
      ['X1', 'x1', 'user'],
      ['x2', 'x2', 'user'],
      ['x3', 'x3', 'API'],
    ]);
  });

  it('refuses a file without rows, and one that is no CSV', () => {
    for (const text of ['', HEADER, 'bricklink,"1,rebrickable,2,API\n'])
      expect(isRejection(readCrossWalkCsv(text)), text).to.equal(true);
  });
});
