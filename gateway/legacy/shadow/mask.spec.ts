import { expect } from 'chai';
import { createMask, maskTarget } from './mask.ts';

describe('masking values', () => {
  it('says type, length and a hash, by which equal values can be recognized', () => {
    const mask = createMask();
    expect(mask('Castle')).to.match(/^string\(6\) [\da-f]{12}$/);
    expect(mask('Castle')).to.equal(mask('Castle'));
    expect(mask('Castle')).to.not.equal(mask('castle'));
    expect(mask(['a'])).to.match(/^array\[1\] /);
    expect([mask(null), mask(undefined)]).to.deep.equal(['none', 'none']);
  });

  it('has another hash in each process', () => {
    expect(createMask()('Castle')).to.not.equal(createMask()('Castle'));
  });

  it('shows no ids and no values of parameters', () => {
    expect(maskTarget('/api/wishlist/0b2f7b3e-7a1c-4a53-9d4e-0123456789ab?q=secret&category=x')).to.equal(
      '/api/wishlist/:id?q&category',
    );
  });
});
