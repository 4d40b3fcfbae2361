import { expect } from 'chai';
import { isFault, parseQuery } from '../query.ts';
import { recordableText } from './recordable-text.ts';

const textOf = (q: string): string | null => {
  const query = parseQuery(q);
  if (isFault(query)) throw new Error(query.fault);
  return recordableText(q, query);
};

describe('the text of a search that is recorded', () => {
  it('is the same for other spellings of one query', () => {
    for (const q of ['Château  CRANE', 'chateau, crane!']) expect(textOf(q)).to.equal('chateau crane');
  });

  it('keeps phrases and exclusions', () => {
    expect(textOf('"Steam Crane" big -red')).to.equal('big "steam crane" -red');
  });

  it('has no values of filters', () => {
    expect(textOf('crane by:0190a3c8-1111 theme:"star wars"')).to.equal('crane');
  });

  it('is none for what looks like an address or a number of somebody', () => {
    for (const q of ['ada@example.org', '+44 20 7946 0958', '4111111111111111']) expect(textOf(q)).to.equal(null);
  });

  it('keeps set numbers and years', () => {
    expect(textOf('set 10255 2017')).to.equal('set 10255 2017');
  });

  it('is cut off after 80 characters', () => {
    expect(textOf(`${'a'.repeat(50)} ${'b'.repeat(50)}`)).to.have.length(80);
  });
});
