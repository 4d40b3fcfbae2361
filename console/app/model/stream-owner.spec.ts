import { expect } from 'chai';
import { categoryAndId } from './stream-owner.ts';

describe('the parts of a stream name', () => {
  it('ends a category at the first dash', () => {
    expect(categoryAndId('wishlist-7a-0f')).to.deep.equal({ category: 'wishlist', id: '7a-0f' });
    expect(['operations', 'wishlist-', '-7', ''].map(categoryAndId)).to.deep.equal(Array(4).fill(undefined));
  });
});
