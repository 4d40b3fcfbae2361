import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { masterKeys } from './master-keys.ts';

const bytes = randomBytes(32);

describe('wrapping the keys of users', () => {
  const old = randomBytes(32).toString('base64');
  const young = randomBytes(32).toString('base64');

  it('unwraps the key, for its own user only', () => {
    const { wrap, unwrap } = masterKeys([old]);
    const wrappedKey = wrap('key of ada', bytes);
    expect(unwrap('key of ada', wrappedKey).equals(bytes)).to.equal(true);
    expect(() => unwrap('key of bob', wrappedKey)).to.throw();
    expect(wrappedKey.includes(bytes)).to.equal(false);
  });

  it('wraps with a new master key while the old one still unwraps', () => {
    const wrappedKey = masterKeys([old]).wrap('c', bytes);
    expect(masterKeys([young, old]).unwrap('c', wrappedKey).equals(bytes)).to.equal(true);
    expect(() => masterKeys([young]).unwrap('c', wrappedKey)).to.throw(/No master key/);
  });

  it('accepts keys of 32 bytes only', () => {
    for (const wrong of [[], ['c2hvcnQ='], [old, '']]) expect(() => masterKeys(wrong)).to.throw(/32 bytes/);
  });
});
