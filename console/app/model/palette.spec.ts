import { expect } from 'chai';
import { rankDestinations } from './palette.ts';

const at = (title: string, hint = 'screen') => ({ title, hint, link: `/${title}` });
const ALL = [at('Overview'), at('Parked messages'), at('moc-catalogue', 'projection of moc-management'), at('Audit')];
const titles = (text: string) => rankDestinations(ALL, text).map(({ title }) => title);

describe('going to a place by a few letters', () => {
  it('offers everything before anything is typed', () => {
    expect(titles(' ')).to.have.length(ALL.length);
  });

  it('prefers the beginning of a title, then of a word', () => {
    expect(titles('m')).to.deep.equal(['moc-catalogue', 'Parked messages']);
    expect(titles('cat')[0]).to.equal('moc-catalogue');
  });

  it('prefers what is known to what the text may name', () => {
    const guess = { ...at('audit', 'as stream'), isGuess: true };
    expect(rankDestinations([guess, ...ALL], 'audit').map(({ hint }) => hint)).to.deep.equal(['screen', 'as stream']);
  });

  it('finds a hint, in any case', () => {
    expect(titles('MOC-MANAGEMENT')).to.deep.equal(['moc-catalogue']);
  });
});
