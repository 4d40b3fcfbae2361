import { expect } from 'chai';
import { mocOf, setOf } from './wishes.ts';

const MOC = '0190d1c5-6f00-7000-8000-000000000011';
const wish = (productLink: string, title = 'For my birthday') => ({ title, productLink });

describe('what a wish names', () => {
  it('is the set of a link to a shop or a catalogue', () => {
    for (const link of [
      'https://www.lego.com/en-us/product/titanic-10294?icmp=123456',
      'https://rebrickable.com/sets/10294/titanic/',
      'https://www.example.com/star-wars-10294-at-at',
    ])
      expect(setOf(wish(link)), link).to.equal('10294');
    for (const link of [
      'https://brickset.com/sets/10294-1/Titanic',
      'https://www.bricklink.com/v2/catalog/catalogitem.page?S=10294-1',
    ])
      expect(setOf(wish(link)), link).to.equal('10294-1');
  });

  it('is the set that the title begins with, or calls so', () => {
    expect(setOf(wish('', '10294 Titanic'))).to.equal('10294');
    expect(setOf(wish('', 'LEGO 10294-1'))).to.equal('10294-1');
    expect(setOf(wish('https://example.com/a', 'The set #10294'))).to.equal('10294');
  });

  it('is the MOC of a link to one, and no set then', () => {
    for (const link of [
      `https://example.com/mocs/${MOC.toUpperCase()}`,
      `https://example.com/en/mocs/${MOC}?tab=parts`,
    ]) {
      expect(mocOf(wish(link, '10294 Titanic'))).to.equal(MOC);
      expect(setOf(wish(link, '10294 Titanic'))).to.equal(undefined);
    }
  });

  it('is nothing in other links and titles', () => {
    for (const other of [
      ...[wish(''), wish('https://example.com/parts/300/12'), wish('https://example.com/mocs/10')],
      ...[wish('', 'Castle of 2019 pieces'), wish(`https://example.com/mocs/${MOC}0`)],
    ])
      expect([mocOf(other), setOf(other)], other.productLink).to.deep.equal([undefined, undefined]);
  });
});
