import { expect } from 'chai';
import fc from 'fast-check';
import { marksOf } from './highlight.ts';
import { parseQuery, type Query } from './query.ts';
import { correctWords, editDistance } from './spelling.ts';

describe('the distance of two words', () => {
  for (const [one, other, distance] of [
    ['crane', 'crane', 0],
    ['', 'abc', 3],
    ['brigde', 'bridge', 1],
    ['milenium', 'millennium', 2],
    ['kitten', 'sitting', 3],
  ] as const)
    it(`from ${one} to ${other} is ${distance}`, () => {
      expect(editDistance(one, other)).to.equal(distance);
    });

  it('is the same in both directions, and zero of equal words only', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(word, word, (one, other) => {
        expect(editDistance(one, other)).to.equal(editDistance(other, one));
        expect(editDistance(one, other) === 0).to.equal(one === other);
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
  const marked = (text: string, query: string): readonly string[] =>
    marksOf(text, parseQuery(query) as Query).map(([start, end]) => text.slice(start, end));

  it('marks whole words that begin as searched for, are misspelt, or belong to a phrase', () => {
    expect(marked('Château <b>Crane</b>: a brigde', 'chat CRANES bridge "of a"')).to.deep.equal([
      'Château',
      'Crane',
      'a',
      'brigde',
    ]);
  });

  it('marks nothing without words', () => {
    expect(marked('Crane', 'theme:crane -crane')).to.deep.equal([]);
  });
});
