import { expect } from 'chai';
import fc from 'fast-check';
import { placedWordsOf, wordsOf } from './words.ts';

describe('words of a text', () => {
  it('have no case, no accents and no punctuation', () => {
    expect(wordsOf('  The Ålesund-Ferry (No. 5), v2! ')).to.deep.equal(['the', 'alesund', 'ferry', 'no', '5', 'v2']);
  });

  it('have letters of any script', () => {
    expect(wordsOf('Замок 部品 ﬁn')).to.deep.equal(['замок', '部品', 'fin']);
  });

  it('stand where they stand in the text', () => {
    const text = 'Château d’Été';
    const places = placedWordsOf(text).map(({ word, start, end }) => [word, text.slice(start, end)]);
    expect(places).to.deep.equal([
      ['chateau', 'Château'],
      ['d', 'd'],
      ['ete', 'Été'],
    ]);
  });

  it('consist of letters and digits, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const word of wordsOf(text)) expect(word).to.match(/^[\p{L}\p{N}]{1,50}$/u);
      }),
    );
  });

  it('are the same when they are split again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const words = wordsOf(text);
        expect(wordsOf(words.join(' '))).to.deep.equal(words);
      }),
    );
  });
});
