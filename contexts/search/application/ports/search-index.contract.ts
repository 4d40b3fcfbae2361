import { expect } from 'chai';
import fc from 'fast-check';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import type { MocPayload } from '@lego-moc/moc-management/contracts/integration-events';
import { searchWords } from '../../domain/words.ts';
import type { Position, SearchIndex } from './search-index.ts';

type LivingMoc = Exclude<MocPayload, { status: 'deleted' }>;

/** An index, and a way to feed it MOCs as integration events do. */
export type IndexForTests = {
  readonly index: SearchIndex;
  readonly learn: (moc: MocPayload, revision?: bigint) => Promise<void>;
};

const ada = 'ada' as UserId;
const bob = 'bob' as UserId;

const moc = (change: Partial<LivingMoc> = {}): LivingMoc => ({
  status: 'published',
  mocId: newId(),
  owner: ada,
  title: 'Clockwork crane',
  description: '',
  theme: '',
  tags: [],
  totalPieces: 0,
  partsLists: [],
  files: [],
  createdAt: '2026-01-01T12:00:00.000Z',
  publishedAt: '2026-01-02T12:00:00.000Z',
  changed: [],
  ...change,
});

/** The contract of every adapter of `SearchIndex`. */
export const searchIndexContract = (open: () => Promise<IndexForTests>): void => {
  let index: SearchIndex;
  let learn: IndexForTests['learn'];

  before(async () => {
    ({ index, learn } = await open());
  });

  const found = async (query: string, by = bob): Promise<readonly string[]> =>
    (await index.find({ words: searchWords(query), by, limit: 50 })).mocs.map(({ title }) => title);

  it('returns the public fields of a MOC', async () => {
    const xylophone = moc({
      title: 'Xylophone shop',
      description: 'Two floors',
      theme: 'City',
      tags: ['music'],
      totalPieces: 2200,
    });
    await learn(xylophone);
    const { mocs } = await index.find({ words: ['xylophone'], by: bob, limit: 10 });
    const { mocId, owner, title, description, theme, tags, status, totalPieces, createdAt, publishedAt } = xylophone;
    expect(mocs).to.deep.equal([
      { type: 'moc', mocId, owner, title, description, theme, tags, status, totalPieces, createdAt, publishedAt },
    ]);
  });

  it('ranks the title before tags and theme, and these before the description', async () => {
    await learn(moc({ title: 'A', description: 'heron '.repeat(300) }));
    await learn(moc({ title: 'B', tags: ['heron'] }));
    await learn(moc({ title: 'Night heron' }));
    await learn(moc({ title: 'C', theme: 'Heron' }));
    const titles = await found('heron');
    expect(titles[0]).to.equal('Night heron');
    expect(titles.slice(1, 3)).to.have.members(['B', 'C']);
    expect(titles[3]).to.equal('A');
  });

  it('finds a word by its beginning', async () => {
    await learn(moc({ title: 'Lighthouse of Quillon' }));
    expect(await found('quil')).to.deep.equal(['Lighthouse of Quillon']);
    expect(await found('QUILLON light')).to.deep.equal(['Lighthouse of Quillon']);
    expect(await found('ion')).to.deep.equal([]);
  });

  it('ranks the whole word before its beginning', async () => {
    await learn(moc({ title: 'Zeppelinfeld' }));
    await learn(moc({ title: 'Zeppelin' }));
    expect(await found('zeppelin')).to.deep.equal(['Zeppelin', 'Zeppelinfeld']);
  });

  it('finds misspelt words, after correctly spelt ones', async () => {
    await learn(moc({ title: 'Millennium bridge', tags: ['Hogwarts'] }));
    for (const misspelt of ['milenium', 'millenium', 'Hogwarst', 'hogwart', 'brigde'])
      expect(await found(misspelt), misspelt).to.include('Millennium bridge');
    await learn(moc({ title: 'Milenium' }));
    expect((await found('milenium'))[0]).to.equal('Milenium');
    expect(await found('xqzwv')).to.deep.equal([]);
  });

  it('finds with and without accents', async () => {
    await learn(moc({ title: 'Château d’Ardèche' }));
    expect(await found('chateau ardeche')).to.deep.equal(['Château d’Ardèche']);
    expect(await found('château')).to.deep.equal(['Château d’Ardèche']);
  });

  it('finds words of other scripts', async () => {
    await learn(moc({ title: 'Замок 部品 цитадель' }));
    expect(await found('замок')).to.deep.equal(['Замок 部品 цитадель']);
    expect(await found('部品')).to.deep.equal(['Замок 部品 цитадель']);
  });

  it('finds only MOCs that match every word', async () => {
    await learn(moc({ title: 'Pelican crossing', tags: ['street'] }));
    expect(await found('pelican street')).to.deep.equal(['Pelican crossing']);
    expect(await found('pelican ocean')).to.deep.equal([]);
  });

  it('finds drafts for their owner only', async () => {
    await learn(moc({ title: 'Secret ibis', status: 'draft', publishedAt: null }));
    expect(await found('ibis', bob)).to.deep.equal([]);
    expect(await found('ibis', ada)).to.deep.equal(['Secret ibis']);
    expect(await found('', bob)).not.to.include('Secret ibis');
  });

  it('finds neither a deleted MOC nor a former title', async () => {
    const mocId = newId();
    await learn(moc({ mocId, title: 'Kingfisher one' }), 0n);
    await learn(moc({ mocId, title: 'Kingfisher two' }), 1n);
    expect(await found('kingfisher')).to.deep.equal(['Kingfisher two']);
    await learn({ status: 'deleted', mocId, owner: ada, deletedAt: '2026-01-03T12:00:00.000Z' }, 2n);
    expect(await found('kingfisher')).to.deep.equal([]);
  });

  it('keeps the newest revision, in whatever order and however often events come', async () => {
    const mocId = newId();
    const [older, newer] = [moc({ mocId, title: 'Bittern old' }), moc({ mocId, title: 'Bittern new' })];
    for (const [one, revision] of [
      [newer, 5n],
      [older, 3n],
      [newer, 5n],
    ] as const)
      await learn(one, revision);
    expect(await found('bittern')).to.deep.equal(['Bittern new']);
  });

  it('lists everything, newest first, without words', async () => {
    await learn(moc({ title: 'Ultimate', createdAt: '2026-02-02T12:00:00.000Z' }));
    await learn(moc({ title: 'Penultimate', createdAt: '2026-02-01T12:00:00.000Z' }));
    expect((await found('')).slice(0, 2)).to.deep.equal(['Ultimate', 'Penultimate']);
  });

  it('pages through the results without losing or repeating one', async () => {
    const titles = Array.from(
      { length: 23 },
      (_, number) => `Cormorant ${number % 3 === 0 ? 'rock' : 'cliff'} ${number}`,
    );
    for (const title of titles) await learn(moc({ title, tags: title.endsWith('1') ? ['cormorant'] : [] }));
    const seen: string[] = [];
    let after: Position | undefined;
    for (let page = 0; page < 6; page += 1) {
      const search = { words: ['cormorant'], by: bob, limit: 5, ...(after === undefined ? {} : { after }) };
      const { mocs, last, hasMore } = await index.find(search);
      seen.push(...mocs.map(({ title }) => title));
      if (!hasMore) break;
      after = last;
    }
    expect(seen).to.have.length(23);
    expect(seen).to.have.members(titles);
  });

  it('pages through results of misspelt words', async () => {
    for (let number = 0; number < 12; number += 1) await learn(moc({ title: `Archipelago ${number}` }));
    const first = await index.find({ words: ['archipelgo'], by: bob, limit: 7 });
    const second = await index.find({ words: ['archipelgo'], by: bob, limit: 7, after: first.last! });
    const titles = [...first.mocs, ...second.mocs].map(({ title }) => title);
    expect([first.hasMore, second.hasMore, new Set(titles).size]).to.deep.equal([true, false, 12]);
  });

  it('treats any text as words, never as a query', async () => {
    for (const nasty of [
      "'; DROP TABLE moc_index_1; --",
      "crane' & !x | <-> :*",
      '$1 $<by> ${by} $/by/',
      '%_*\\',
      'title:crane OR 1=1',
      '\0',
      "''':*A",
    ])
      await found(nasty);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (text) => {
        await found(text);
      }),
      { numRuns: 60 },
    );
    expect(await found('xylophone')).to.deep.equal(['Xylophone shop']);
  });

  it('stores any text, NUL and lone surrogates included', async () => {
    const title = "Nul\0 and \ud800 lone 'quotes' \\ back";
    await learn(moc({ title, description: '\0', tags: ["it's", '\udfff'] }));
    expect(await found('lone quotes')).to.have.length(1);
  });
};
