import { expect } from 'chai';
import fc from 'fast-check';
import { searchWords, wordsOf } from './words.ts';

describe('reading words', () => {
  it('forgets case, accents and everything between words', () => {
    expect(wordsOf('  The Ålesund-Ferry (No. 5), v2! ')).to.deep.equal(['the', 'alesund', 'ferry', 'no', '5', 'v2']);
  });

  it('takes letters of any script', () => {
    expect(wordsOf('Замок 部品 ﬁn')).to.deep.equal(['замок', '部品', 'fin']);
  });

  it('searches for each word once, and for eight at most', () => {
    expect(searchWords('crane Crane CRÂNE tower')).to.deep.equal(['crane', 'tower']);
    expect(searchWords('a b c d e f g h i j')).to.have.length(8);
  });

  it('leaves nothing that means anything to a query language', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const word of wordsOf(text)) expect(word).to.match(/^[\p{L}\p{N}]{1,50}$/u);
      }),
    );
  });

  it('reads its own words again as they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const words = wordsOf(text);
        expect(wordsOf(words.join(' '))).to.deep.equal(words);
      }),
    );
  });
});
