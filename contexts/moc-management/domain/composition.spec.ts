import { expect } from 'chai';
import { mergeCompositions } from './composition.ts';

const red = (pieces: number) => ({ id: '4', name: 'Red', pieces });
const tan = (pieces: number) => ({ id: '19', name: 'Tan', pieces });

describe('merging the compositions of parts lists', () => {
  it('sums pieces by colour, the most frequent first', () => {
    const { colours } = mergeCompositions([
      { colours: [red(5), tan(4)], parts: [] },
      { colours: [tan(3)], parts: [] },
    ]);
    expect(colours).to.deep.equal([tan(7), red(5)]);
  });

  it('takes the parts of all lists in turn, each once', () => {
    const lists = [
      { colours: [], parts: ['a', 'b', 'c'] },
      { colours: [], parts: ['x', 'a'] },
    ];
    expect(mergeCompositions(lists).parts).to.deep.equal(['a', 'x', 'b', 'c']);
  });

  it('keeps twelve colours and forty-eight parts, half of them from each of two long lists', () => {
    const numbers = Array.from({ length: 48 }, (_, number) => number);
    const colours = numbers.map((number) => ({ id: String(number), name: `Colour ${number}`, pieces: 1 }));
    const lists = ['left', 'right'].map((list) => ({ colours, parts: numbers.map((number) => `${list}-${number}`) }));
    const composition = mergeCompositions(lists);
    expect([composition.colours.length, composition.parts.length]).to.deep.equal([12, 48]);
    expect(composition.parts.filter((part) => part.startsWith('left'))).to.have.length(24);
  });

  it('is empty without lists', () => {
    expect(mergeCompositions([])).to.deep.equal({ colours: [], parts: [] });
  });
});
