import { expect } from 'chai';
import fc from 'fast-check';
import { popularityTier, TIER_MAX } from './popularity.ts';

describe('the tier of popularity', () => {
  it('is 0 without interest, and above for the first like or bookmark', () => {
    expect(popularityTier({ likes: 0, bookmarks: 0 })).to.equal(0);
    expect(popularityTier({ likes: 1, bookmarks: 0 })).to.equal(1);
    expect(popularityTier({ likes: 0, bookmarks: 1 })).to.equal(1);
  });

  it('grows slowly, to an end', () => {
    const tiers = [2, 3, 10, 100, 1_000, 10_000, 1_000_000].map((likes) => popularityTier({ likes, bookmarks: 0 }));
    expect(tiers).to.deep.equal([2, 3, 5, 11, 17, 22, TIER_MAX]);
  });

  it('never falls as interest grows', () => {
    const interest = fc.record({ likes: fc.nat(), bookmarks: fc.nat() });
    fc.assert(
      fc.property(interest, fc.nat(), (some, more) => {
        expect(popularityTier({ ...some, likes: some.likes + more })).to.be.at.least(popularityTier(some));
      }),
    );
  });
});
