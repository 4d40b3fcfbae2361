import { expect } from 'chai';
import fc from 'fast-check';
import { marksOf } from './highlight.ts';
import { parseQuery, type Query } from './query.ts';
import { correctWords, editDistance } from './spelling.ts';

describe('the distance of two words', () => {
  for (const [word, other, distance] of [
    ['crane', 'crane', 0],
    ['', 'abc', 3],
    ['brigde', 'bridge', 1],
    ['milenium', 'millennium', 2],
    ['kitten', 'sitting', 3],
  ] as const)
    it(`from ${word} to ${other} is ${distance}`, () => {
      expect(editDistance(word, other)).to.equal(distance);
    });

  it('is the same in both directions, and zero of equal words only', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(word, word, (first, other) => {
        expect(editDistance(first, other)).to.equal(editDistance(other, first));
        expect(editDistance(first, other) === 0).to.equal(first === other);
      }),
    );
  });
});

describe('correcting a query', () => {
  it('replaces a word that nothing found begins with by the most similar one', () => {
    expect(correctWords(['milenium', 'falc'], ['falcon', 'millennium'])).to.deep.equal(['millennium', 'falc']);
  });

  it('corrects nothing when every word was found, or nothing is similar', () => {
    expect(correctWords(['cranes'], ['crane'])).to.equal(undefined);
    expect(correctWords(['xyz', 'zzzzzz'], ['crane'])).to.equal(undefined);
  });
});

describe('highlighting', () => {
  const markedWords = (text: string, query: string): readonly string[] =>
    marksOf(text, parseQuery(query) as Query).map(([start, end]) => text.slice(start, end));

  it('marks whole words that begin as searched for, are misspelt, or belong to a phrase', () => {
    expect(markedWords('Château <b>Crane</b>: a brigde', 'chat CRANES bridge "of a"')).to.deep.equal([
      'Château',
      'Crane',
      'a',
      'brigde',
    ]);
  });

  it('marks nothing without words', () => {
    expect(markedWords('Crane', 'theme:crane -crane')).to.deep.equal([]);
  });
});
