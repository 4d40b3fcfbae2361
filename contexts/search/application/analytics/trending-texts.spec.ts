import { expect } from 'chai';
import { addTrending } from './trending-texts.ts';

const TRENDING = ['winter village', 'steam crane', 'steam train', 'stadium'];
const title = { kind: 'title', text: 'Steam Crane' } as const;
const queryOf = (text: string) => ({ kind: 'query', text }) as const;

describe('trending searches among suggestions', () => {
  it('are suggested when each typed word begins one of theirs', () => {
    expect(addTrending([], TRENDING, { words: ['tr', 'ste'], limit: 8 })).to.deep.equal([queryOf('steam train')]);
  });

  it('take at most a quarter of the places, behind the documents', () => {
    expect(addTrending([title, title, title, title], TRENDING, { words: ['st'], limit: 4 })).to.deep.equal([
      ...[title, title, title],
      queryOf('steam train'),
    ]);
  });

  it('are all suggested while nothing is typed', () => {
    expect(addTrending([], TRENDING, { words: [], limit: 3 })).to.deep.equal(TRENDING.slice(0, 3).map(queryOf));
  });
});
