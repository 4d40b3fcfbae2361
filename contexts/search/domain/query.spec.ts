import { expect } from 'chai';
import fc from 'fast-check';
import { isEmpty, isFault, parseQuery, type Query } from './query.ts';
import { parseSynonyms } from './synonyms.ts';

const NOTHING: Query = { terms: [], phrases: [], without: [], filters: {} };
const words = (...all: string[]) => all.map((word) => ({ words: [word], synonyms: [] }));

describe('reading a query', () => {
  for (const [text, query] of [
    ['Château, CRANE crane!', { terms: words('chateau', 'crane') }],
    ['clockwork-crane MOC-257369', { terms: words('clockwork', 'crane', 'moc', '257369') }],
    ['"steam crane" red', { terms: words('red'), phrases: [['steam', 'crane']] }],
    ['"crane"', { terms: words('crane') }],
    ['crane -red -"steam engine"', { terms: words('crane'), without: [['red'], ['steam', 'engine']] }],
    ['colour:"Trans-Clear"', { filters: { colour: 'trans clear' } }],
    ['theme:"Star Wars" tag:UCS', { filters: { theme: 'star wars', tag: 'ucs' } }],
    [
      'pieces:500..2000 year:2020..',
      { filters: { pieces: { from: 500, to: 2000 }, year: { from: 2020, to: 1_000_000 } } },
    ],
    ['pieces:..99 by:me has:parts', { filters: { pieces: { from: 0, to: 99 }, by: 'me', has: 'parts' } }],
    ['YEAR:2021', { filters: { year: { from: 2021, to: 2021 } } }],
    ['star wars: hoth', { terms: words('star', 'wars', 'hoth') }],
    ['set:10255', { terms: words('set', '10255') }],
    ['an "open quotation', { terms: words('an', 'open', 'quotation') }],
    ['- -- "" -"" ?!', {}],
  ] as const satisfies readonly (readonly [string, Partial<Query>])[])
    it(`reads ${text}`, () => {
      expect(parseQuery(text)).to.deep.equal({ ...NOTHING, ...query });
    });

  for (const text of [
    ...[
      'pieces:many',
      'pieces:2000..500',
      'pieces:..',
      'year:20000000',
      'theme:"!"',
      'colour:-',
      'by:"a b"',
      'has:nothing',
    ],
    ...['year:2020 year:2021', '-theme:city'],
    Array.from({ length: 17 }, (_, number) => `w${number}`).join(' '),
    Array.from({ length: 5 }, (_, number) => `"a b${number}"`).join(' '),
    Array.from({ length: 9 }, (_, number) => `-w${number}`).join(' '),
  ])
    it(`refuses ${text} and says why`, () => {
      const result = parseQuery(text);
      expect(isFault(result) && result.fault).to.match(/^[A-Za-z-].*\.$/u);
    });

  it('reads any text as words or refuses it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const query = parseQuery(text);
        fc.pre(!isFault(query));
        const all = [...query.terms.flatMap((term) => term.words), ...query.phrases.flat(), ...query.without.flat()];
        for (const word of all) expect(word).to.match(/^[\p{L}\p{N}]+$/u);
      }),
    );
  });

  it('is empty without words and filters', () => {
    expect(isEmpty(NOTHING)).to.equal(true);
    expect(isEmpty({ ...NOTHING, filters: { by: 'me' } })).to.equal(false);
  });
});

describe('synonyms of a query', () => {
  const synonyms = parseSynonyms('# themes\nsw, Star Wars\n\nx\nlorry, truck # cars\ntruck, pickup\n');
  const termsOf = (text: string) => (parseQuery(text, synonyms) as Query).terms;

  it('stand for a word and for several words', () => {
    expect(termsOf('sw fighter')[0]).to.deep.equal({ words: ['sw'], synonyms: [['star', 'wars']] });
    expect(termsOf('red star wars fighter')).to.deep.equal([
      ...words('red'),
      { words: ['star', 'wars'], synonyms: [['sw']] },
      ...words('fighter'),
    ]);
  });

  it('come from every group that has the word', () => {
    expect(termsOf('truck')).to.deep.equal([{ words: ['truck'], synonyms: [['lorry'], ['pickup']] }]);
  });

  it('leave alone what is in no group', () => {
    expect(termsOf('star x')).to.deep.equal(words('star', 'x'));
  });
});
