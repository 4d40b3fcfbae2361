import { expect } from 'chai';
import { recentIds } from './recent-ids.ts';

describe('remembering recent event ids', () => {
  it('returns the position of the newest record with an id', () => {
    const recent = recentIds(3);
    recent.remember('a', 1);
    recent.remember('a', 7);
    expect(recent.positionOf('a')).to.equal(7);
    expect(recent.positionOf('b')).to.equal(undefined);
  });

  it('keeps at least the maximum and at most twice as many', () => {
    const recent = recentIds(3);
    const ids = Array.from({ length: 100 }, (_, index) => `id-${index}`);
    ids.forEach((id, position) => recent.remember(id, position));
    for (const id of ids.slice(-3)) expect(recent.positionOf(id)).not.to.equal(undefined);
    expect(ids.filter((id) => recent.positionOf(id) !== undefined)).to.have.length.at.most(6);
  });

  it('keeps an id that is remembered again', () => {
    const recent = recentIds(2);
    for (const [position, id] of ['a', 'b', 'a', 'c', 'd'].entries()) recent.remember(id, position);
    expect(recent.positionOf('a')).to.equal(2);
  });
});
