import { expect } from 'chai';
import { xmlText } from './xml-text.ts';

describe('xmlText', () => {
  for (const [text, expected] of [
    ['Crane & "boom" <b>', 'Crane &amp; &quot;boom&quot; &lt;b&gt;'],
    [']]>', ']]&gt;'],
    ['two\nlines\tand a 🏗️', 'two\nlines\tand a 🏗️'],
    ['a\u0000b\u0007c\u001Bd', 'abcd'],
    ['half \uD83C and \uFFFF', 'half  and '],
  ] as const)
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, () => {
      expect(xmlText(text)).to.equal(expected);
    });
});
