import { expect } from 'chai';
import { recentIds } from './recent-ids.ts';

const at = (position: number, stream = 's') => ({ position, stream });

describe('remembering recent event ids', () => {
  it('returns the first place of an id, and undefined for an unknown one', () => {
    const recent = recentIds();
    recent.remember('a', at(1));
    recent.remember('a', at(7, 'other'));
    expect(recent.find('a')).to.deep.equal(at(1));
    expect(recent.find('b')).to.equal(undefined);
  });

  it('remembers ids of at least half the limit and at most the limit', () => {
    // Each takes 30 bytes.
    const recent = recentIds(300);
    const ids = Array.from({ length: 100 }, (_, index) => `id-${index}`);
    ids.forEach((id, position) => recent.remember(id, at(position)));
    for (const id of ids.slice(-5)) expect(recent.find(id)).not.to.equal(undefined);
    expect(ids.filter((id) => recent.find(id) !== undefined)).to.have.length.at.most(10);
  });

  it('counts the name of the stream', () => {
    const recent = recentIds(300);
    recent.remember('a', at(1, 'x'.repeat(200)));
    recent.remember('b', at(2, 'x'.repeat(200)));
    expect(recent.find('a')).to.equal(undefined);
    expect(recent.find('b')).to.deep.equal(at(2, 'x'.repeat(200)));
  });
});
