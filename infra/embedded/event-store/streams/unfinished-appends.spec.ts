import { expect } from 'chai';
import { unfinishedAppends } from './unfinished-appends.ts';

describe('bounding unfinished appends', () => {
  it('evicts those that have grown least recently, once the limit is exceeded', () => {
    const appends = unfinishedAppends(100);
    const evictions: string[] = [];
    const [a, b, c] = [{}, {}, {}];
    appends.hold(a, 40, () => evictions.push('a'));
    appends.hold(b, 40, () => evictions.push('b'));
    appends.hold(a, 60, () => evictions.push('a'));
    expect(evictions).to.deep.equal([]);
    appends.hold(c, 30, () => evictions.push('c'));
    expect(evictions).to.deep.equal(['b']);
    expect(appends.total()).to.equal(90);
  });

  it('counts an append no more once it is released', () => {
    const appends = unfinishedAppends(100);
    const evictions: string[] = [];
    const [a, b] = [{}, {}];
    appends.hold(a, 90, () => evictions.push('a'));
    appends.release(a);
    appends.release(a);
    appends.hold(b, 90, () => evictions.push('b'));
    expect(evictions).to.deep.equal([]);
    expect(appends.total()).to.equal(90);
  });

  it('evicts an append that alone exceeds the limit', () => {
    const appends = unfinishedAppends(100);
    const evictions: string[] = [];
    appends.hold({}, 101, () => evictions.push('a'));
    expect(evictions).to.deep.equal(['a']);
    expect(appends.total()).to.equal(0);
  });
});
