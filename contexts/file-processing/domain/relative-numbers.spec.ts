import { expect } from 'chai';
import { relativeNumbers } from './relative-numbers.ts';

const relativesOf = (partNumber: string): readonly string[] =>
  relativeNumbers(partNumber).map((relative) => `${relative.relation} ${relative.partNumber}`);

describe('relatives of an unknown part number', () => {
  for (const [partNumber, relatives] of [
    ['3626cPB0001', ['print 3626c', 'print 3626']],
    ['973pr1234c01', ['print 973']],
    ['x12pb3', ['print x12']],
    ['3245b', ['mould 3245']],
    ['3245', ['mould 3245a', 'mould 3245b', 'mould 3245c', 'mould 3245d']],
    ['upn0001', []],
    ['', []],
  ] as const)
    it(`are [${relatives.join(', ')}] of "${partNumber}"`, () => {
      expect(relativesOf(partNumber)).to.deep.equal(relatives);
    });
});
