import { expect } from 'chai';
import fc from 'fast-check';
import { derivedId, newId } from './ids.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('minting ids', () => {
  it('gives UUIDs of version 7, each another', () => {
    const ids = Array.from({ length: 1000 }, newId);
    expect(new Set(ids).size).to.equal(1000);
    for (const id of ids) expect(UUID.exec(id)?.[1]).to.equal('7');
  });

  it('gives ids that carry the time of their making', () => {
    const before = Date.now();
    const stamp = Number.parseInt(newId().replaceAll('-', '').slice(0, 12), 16);
    expect(stamp).to.be.within(before, Date.now());
  });
});

describe('deriving ids', () => {
  it('gives UUIDs of version 5, the same for the same parts', () => {
    expect(UUID.exec(derivedId('file', 'upload-1', '2'))?.[1]).to.equal('5');
    expect(derivedId('a', 'b')).to.equal(derivedId('a', 'b'));
  });

  it('gives the ids that streams and events have had since the beginning', () => {
    expect(derivedId('wishlist', 'Ada')).to.equal('20ba2a1b-2a02-57c1-a72e-4dd76bc4cd4e');
  });

  it('keeps the parts apart', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (some, others) => {
        fc.pre(JSON.stringify(some) !== JSON.stringify(others));
        expect(derivedId(...some)).not.to.equal(derivedId(...others));
      }),
    );
  });
});
