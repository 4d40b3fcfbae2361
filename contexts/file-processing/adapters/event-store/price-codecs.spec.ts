import { join } from 'node:path';
import { expect } from 'chai';
import { goldenData, testGoldenFiles } from '@lego-moc/testing/golden';
import { priceBudgetCodec, priceCodec, priceOwnerCodec, priceRefreshCodec } from './price-codecs.ts';

const folder = join(import.meta.dirname, 'golden-prices');

const decode = (name: string, data: unknown) =>
  [priceCodec, priceBudgetCodec, priceOwnerCodec, priceRefreshCodec]
    .map((codec) => codec.decode(name, data))
    .find((event) => event !== undefined);

describe('the stored forms of prices', () => {
  testGoldenFiles(folder, { decode }, { forms: 6 });

  it('reads a price without quartiles, and one without offers', () => {
    const whole = goldenData(folder, 'file-processing.PriceObserved') as { figures: { unit: object } };
    const { unit } = whole.figures;
    const plain = Object.fromEntries(Object.entries(unit).filter(([name]) => !name.endsWith('Quartile')));
    for (const prices of [plain, null]) {
      const data = { ...whole, figures: { ...whole.figures, unit: prices } };
      expect(priceCodec.decode('file-processing.PriceObserved', data)).to.deep.equal({ type: 'PriceObserved', data });
    }
  });

  it('rejects an amount with a fraction', () => {
    const whole = goldenData(folder, 'file-processing.PriceObserved') as { figures: { unit: object } };
    const data = { ...whole, figures: { ...whole.figures, unit: { ...whole.figures.unit, minimum: 0.5 } } };
    expect(() => priceCodec.decode('file-processing.PriceObserved', data)).to.throw('minimum');
  });
});
