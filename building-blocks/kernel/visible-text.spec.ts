import { expect } from 'chai';
import { hasMisleadingControl, hasVisibleCharacter } from './visible-text.ts';

describe('hasVisibleCharacter', () => {
  for (const text of ['Crane', '7', '…', '🏗️', 'é', '\u200Bcrane'])
    it(`is true of ${JSON.stringify(text)}`, () => {
      expect(hasVisibleCharacter(text)).to.equal(true);
    });

  for (const text of ['', ' ', '\u200B', '\u200B\u200D\u2060', '\u3164', '\u2800', '\u0301', '\uFEFF\u00AD'])
    it(`is false of ${JSON.stringify(text)} (${encodeURIComponent(text)})`, () => {
      expect(hasVisibleCharacter(text)).to.equal(false);
    });
});

describe('hasMisleadingControl', () => {
  for (const text of ['Crane', 'two\nlines', '👩‍🔧', 'می‌خواهم', 'עברית'])
    it(`is false of ${JSON.stringify(text)}`, () => {
      expect(hasMisleadingControl(text)).to.equal(false);
    });

  for (const text of ['cra\u200Bne', '\u202Egnp.exe', 'a\u2066b', '\uFEFFcrane', '\u200Fcrane'])
    it(`is true of ${JSON.stringify(text)} (${encodeURIComponent(text)})`, () => {
      expect(hasMisleadingControl(text)).to.equal(true);
    });
});
