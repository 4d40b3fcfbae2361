import { expect } from 'chai';
import fc from 'fast-check';
import { displayName } from './display-name.ts';

describe('the name of a file', () => {
  for (const [name, displayedName] of [
    ['Château – 部品 (v2).pdf', 'Château – 部品 (v2).pdf'],
    ['crane\r\nSet-Cookie: a=b.csv', 'craneSet-Cookie: a=b.csv'],
    ['list\u202Efdp.exe', 'listfdp.exe'],
    ['\u{1F9F1}\u{1F468}\u200D\u{1F527}.png', '\u{1F9F1}\u{1F468}\u200D\u{1F527}.png'],
    ['half \uD800 pair', 'half  pair'],
    ['\u0000\u200B\u2028', 'file'],
    ['   ', 'file'],
  ] as const)
    it(`shows ${JSON.stringify(name)} as ${JSON.stringify(displayedName)}`, () => {
      expect(displayName(name)).to.equal(displayedName);
    });

  it('is one well-formed line that is never empty, and stays the same when cleaned again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (name) => {
        const displayedName = displayName(name);
        expect(displayedName).to.match(/^[^\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+$/u);
        expect(displayedName.isWellFormed()).to.equal(true);
        expect(displayName(displayedName)).to.equal(displayedName);
      }),
    );
  });
});
