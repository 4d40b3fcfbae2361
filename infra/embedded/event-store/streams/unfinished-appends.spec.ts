import { expect } from 'chai';
import { unfinishedAppends } from './unfinished-appends.ts';

describe('bounding unfinished appends', () => {
  it('evicts those that have grown least recently, once the limit is exceeded', () => {
    const unfinished = unfinishedAppends(100);
    const evicted: string[] = [];
    const [a, b, c] = [{}, {}, {}];
    unfinished.hold(a, 40, () => evicted.push('a'));
    unfinished.hold(b, 40, () => evicted.push('b'));
    unfinished.hold(a, 60, () => evicted.push('a'));
    expect(evicted).to.deep.equal([]);
    unfinished.hold(c, 30, () => evicted.push('c'));
    expect(evicted).to.deep.equal(['b']);
    expect(unfinished.total()).to.equal(90);
  });

  it('counts an append no more once it is released', () => {
    const unfinished = unfinishedAppends(100);
    const evicted: string[] = [];
    const [a, b] = [{}, {}];
    unfinished.hold(a, 90, () => evicted.push('a'));
    unfinished.release(a);
    unfinished.release(a);
    unfinished.hold(b, 90, () => evicted.push('b'));
    expect(evicted).to.deep.equal([]);
    expect(unfinished.total()).to.equal(90);
  });

  it('evicts an append that alone exceeds the limit', () => {
    const unfinished = unfinishedAppends(100);
    const evicted: string[] = [];
    unfinished.hold({}, 101, () => evicted.push('a'));
    expect(evicted).to.deep.equal(['a']);
    expect(unfinished.total()).to.equal(0);
  });
});
