import { expect } from 'chai';
import { isRejection } from '@lego-moc/kernel/decider';
import type { PriceFile } from '../../application/ports/price-file.ts';
import { readPriceCsv } from './price-csv.ts';

const HEADER =
  'item,color,new_or_used,avg_price,max_price,min_price,qty_avg_price,total_quantity,unit_quantity,currency_code';

const read = (text: string): PriceFile => {
  const file = readPriceCsv(text, 'stock');
  if (isRejection(file)) throw new Error(file.because);
  return file;
};

const refusal = (text: string): string => {
  const file = readPriceCsv(text, 'stock');
  return isRejection(file) ? file.because : 'none';
};

describe('reading a CSV of prices', () => {
  it('reads each row into a price of its item, colour, condition and currency', () => {
    expect(read(`${HEADER}\n3020A,11,N,0.08,4.04,0.007,0.07,38,145,USD\n`).rows).to.deep.equal([
      {
        ...{ itemType: 'P', number: '3020a', colour: 11, condition: 'new', guide: 'stock', currency: 'USD' },
        figures: {
          ...{ offers: 145, pieces: 38 },
          unit: { minimum: 70, average: 800, quantityAverage: 700, maximum: 40400 },
        },
      },
    ]);
  });

  it('reads columns in any order, semicolons, CRLF, a BOM, blank lines and no newline at the end', () => {
    const { rows, faults } = read('\uFEFFCurrency_Code;Item;Color;New_Or_Used;Qty_Avg_Price\r\n\r\nEUR;3001;5;U;0.25');
    expect(faults).to.eql([]);
    expect(rows).to.have.length(1);
    expect(rows[0]?.figures).to.eql({
      ...{ offers: null, pieces: null },
      unit: { minimum: 2500, average: 2500, quantityAverage: 2500, maximum: 2500 },
    });
  });

  it('takes the last of several rows for one item, and counts the others', () => {
    const { rows, repeated } = read(
      `${HEADER}\n3020,11,U,0.05,0.96,0.001,0.04,10,199,USD\n3020,11,U,9.07,9.98,9.001,0.96,14,967,USD\n`,
    );
    expect([rows.length, repeated, rows[0]?.figures.pieces]).to.eql([1, 1, 14]);
  });

  it('takes a row with 0 pieces for an item that is not on sale, and keeps a price of 0', () => {
    const { rows } = read(`${HEADER}\na,1,N,0,0,0,0,0,0,EUR\nb,1,N,0,0,0,0.00,7,1,EUR\n`);
    expect(rows.map(({ figures }) => figures.unit?.quantityAverage)).to.eql([undefined, 0]);
  });

  it('leaves out rows with a fault, and names line, column and what to write', () => {
    const { rows, faults } = read(
      `${HEADER}\n3001,5,N,1,1,1,-1,1,1,EUR\n3001,red,N,1,1,1,1,1,1,EUR\n3001,5,X,1,1,1,1,1,1,EUR\n` +
        `3001,5,N,1,1,1,1,1,1,XYZ\n3001,5,N,1,1,1,1,1.5,1,EUR\n,5,N,1,1,1,1,1,1,EUR\n3001,5\n3001,5,N,1,1,1,1,1,1,EUR\n`,
    );
    expect(rows).to.have.length(1);
    expect(faults.map(({ line, field }) => `${line} ${field}`)).to.eql([
      ...['2 qty_avg_price', '3 color', '4 new_or_used', '5 currency_code', '6 total_quantity', '7 item'],
      '8 new_or_used',
    ]);
  });

  for (const [name, text, because] of [
    ['an empty file', '', 'no rows'],
    ['a header alone', `${HEADER}\n`, 'no rows'],
    ['a parts list', 'Part,Color,Quantity\n3001,4,2\n', 'lacks item, new_or_used, qty_avg_price, currency_code'],
    ['a quote that is never closed', `${HEADER}\n"3001,5,N,1,1,1,1,1,1,EUR\n`, 'Line'],
    ['a column named like a property of every object', 'constructor\n1\n', 'lacks item'],
  ] as const)
    it(`refuses ${name}`, () => {
      expect(refusal(text)).to.include(because);
    });
});
