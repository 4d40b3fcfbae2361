import { expect } from 'chai';
import fc from 'fast-check';
import { derivedId } from './ids.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('derivedId', () => {
  it('returns the same UUID of version 5 for the same parts', () => {
    expect(UUID.exec(derivedId('file', 'upload-1', '2'))?.[1]).to.equal('5');
    expect(derivedId('a', 'b')).to.equal(derivedId('a', 'b'));
  });

  it('returns the ids that stored streams and events have', () => {
    expect(derivedId('wishlist', 'Ada')).to.equal('20ba2a1b-2a02-57c1-a72e-4dd76bc4cd4e');
  });

  it('returns different ids for different lists of parts', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (some, others) => {
        fc.pre(JSON.stringify(some) !== JSON.stringify(others));
        expect(derivedId(...some)).not.to.equal(derivedId(...others));
      }),
    );
  });
});
