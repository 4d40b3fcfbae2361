import { expect } from 'chai';
import fc from 'fast-check';
import type { UserId } from '@lego-moc/kernel/message';
import type { FoundMoc } from '../contracts/http-api.ts';
import { findBuildable, type BuildablePage } from './find-buildable.ts';
import type { BuildablePercentages } from './ports/buildable-percentages.ts';
import { CursorOfOtherIndex, type Position, type Search, type SearchIndex } from './ports/search-index.ts';

const TEXTS = { owner: 'bob', title: '', description: '', theme: '', tags: [], status: 'published' as const };
const moc = (mocId: string): FoundMoc => ({
  ...{ type: 'moc', mocId, ...TEXTS, totalPieces: 1 },
  ...{ createdAt: '2026-01-01T12:00:00.000Z', publishedAt: null },
});

const SEARCH: Search = {
  query: { terms: [], phrases: [], without: [], filters: { has: 'parts' } },
  ...{ types: ['moc'], by: 'ada' as UserId, sort: 'newest', limit: 5 },
};

/** An index over MOCs in this order, which is asked with the searches that it notes. */
const indexOf = (ids: readonly string[]) => {
  const searches: Search[] = [];
  const find: SearchIndex['find'] = (search) => {
    searches.push(search);
    const from = search.after === undefined ? 0 : ids.indexOf(search.after.id) + 1;
    const some = ids.slice(from, from + search.limit);
    const countedIds = ids.filter((id) => search.among?.includes(id) ?? true);
    return Promise.resolve({
      ...{ documents: some.map(moc), spelling: 'as-spelt', hasMore: from + search.limit < ids.length },
      positions: some.map((id): Position => ({ key: '1', id, spelling: 'as-spelt', index: 'postgresql' })),
      ...(search.facets === undefined ? {} : { facets: { theme: [{ value: 'city', count: countedIds.length }] } }),
    });
  };
  return { find, searches };
};

/** Knows the percentages, and from the `failsAt`th question on nothing. */
const inventoryOf = (percentages: Readonly<Record<string, number>>, failsAt = Infinity) => {
  let questions = 0;
  const percentagesOf: BuildablePercentages = (mocIds) => {
    questions += 1;
    const entries = mocIds.flatMap((id) => (id in percentages ? [[id, percentages[id]!] as const] : []));
    return Promise.resolve(questions >= failsAt ? undefined : new Map(entries));
  };
  return percentagesOf;
};

const idsOf = ({ documents }: Pick<BuildablePage, 'documents'>): readonly string[] =>
  documents.map((document) => (document.type === 'moc' ? document.mocId : ''));

const idsUpTo = (count: number): readonly string[] => Array.from({ length: count }, (_, number) => `m${number}`);

describe('finding what can be built', () => {
  it('keeps MOCs from the percentage on, says how much of them can be built, and leaves out unknown ones', async () => {
    const { find } = indexOf(['full', 'most', 'half', 'unknown']);
    const filter = { least: 80, percentagesOf: inventoryOf({ full: 100, most: 80, half: 79 }) };
    const page = await findBuildable(find, SEARCH, filter);
    expect(page.documents).to.deep.equal([
      { ...moc('full'), buildablePercentage: 100 },
      { ...moc('most'), buildablePercentage: 80 },
    ]);
    expect(page).to.include({ hasMore: false, isFiltered: true });
  });

  it('fills the page from later candidates', async () => {
    const { find } = indexOf(idsUpTo(120));
    const buildable = Object.fromEntries(['m3', 'm60', 'm110'].map((id) => [id, 90]));
    const page = await findBuildable(find, SEARCH, { least: 80, percentagesOf: inventoryOf(buildable) });
    expect(idsOf(page)).to.deep.equal(['m3', 'm60', 'm110']);
  });

  describe('with facets', () => {
    const every = (ids: readonly string[]) => Object.fromEntries(ids.map((id, at) => [id, at % 2 === 0 ? 100 : 0]));
    const count = (find: SearchIndex['find'], percentagesOf: BuildablePercentages, search: Partial<Search> = {}) =>
      findBuildable(find, { ...SEARCH, facets: ['theme'], ...search }, { least: 80, percentagesOf });

    it('counts the buildable MOCs of all pages, on whichever page', async () => {
      const ids = idsUpTo(130);
      const { find } = indexOf(ids);
      const page = await count(find, inventoryOf(every(ids)));
      expect([page.facets, page.areFacetsPartial]).to.deep.equal([{ theme: [{ value: 'city', count: 65 }] }, false]);
      const next = await count(find, inventoryOf(every(ids)), { after: page.last! });
      expect(next.facets).to.deep.equal(page.facets);
    });

    it('asks about each MOC once', async () => {
      const ids = idsUpTo(130);
      const askedIds: string[] = [];
      await count(indexOf(ids).find, (mocIds) => {
        askedIds.push(...mocIds);
        return inventoryOf(every(ids))(mocIds);
      });
      expect(askedIds.toSorted()).to.deep.equal(ids.toSorted());
    });

    it('counts a facet without its own filter and with all others', async () => {
      const { find, searches } = indexOf(['m0']);
      const filters = { theme: 'city', year: { from: 2020, to: 2026 } };
      await count(find, inventoryOf({ m0: 100 }), { query: { ...SEARCH.query, filters } });
      const [, candidates, counted] = searches;
      expect(candidates?.query.filters).to.deep.equal({ has: 'parts', year: filters.year });
      expect([counted?.query.filters, counted?.among]).to.deep.equal([filters, ['m0']]);
    });

    it('says so when it counts the first 300 only, or inventory goes away meanwhile', async () => {
      const ids = idsUpTo(400);
      const page = await count(indexOf(ids).find, inventoryOf(every(ids)));
      expect([page.facets, page.areFacetsPartial]).to.deep.equal([{ theme: [{ value: 'city', count: 150 }] }, true]);
      const cut = await count(indexOf(ids).find, inventoryOf(every(ids), 2));
      expect([cut.facets, cut.areFacetsPartial, cut.isFiltered]).to.deep.equal([{ theme: [] }, true, true]);
    });

    it('counts all that match when inventory is away from the beginning', async () => {
      const page = await count(indexOf(idsUpTo(60)).find, inventoryOf({}, 1));
      expect([page.facets, page.isFiltered]).to.deep.equal([{ theme: [{ value: 'city', count: 60 }] }, false]);
    });
  });

  it('ends a page after 300 candidates, and the next one continues there', async () => {
    const ids = idsUpTo(1_000);
    const { find } = indexOf(ids);
    const filter = { least: 80, percentagesOf: inventoryOf({ m500: 100 }) };
    const first = await findBuildable(find, SEARCH, filter);
    expect([idsOf(first), first.hasMore, first.last?.id]).to.deep.equal([[], true, 'm299']);
    const second = await findBuildable(find, { ...SEARCH, after: first.last! }, filter);
    expect([idsOf(second), second.hasMore]).to.deep.equal([['m500'], true]);
  });

  it('returns unchecked MOCs and says so when inventory is away', async () => {
    const { find } = indexOf(idsUpTo(60));
    const page = await findBuildable(find, SEARCH, { least: 80, percentagesOf: inventoryOf({}, 1) });
    expect(idsOf(page)).to.deep.equal(['m0', 'm1', 'm2', 'm3', 'm4']);
    expect(page).to.include({ isFiltered: false, hasMore: true });
    expect(page.last?.id).to.equal('m4');
  });

  it('ends the page with what was checked when inventory goes away meanwhile', async () => {
    const { find } = indexOf(idsUpTo(120));
    const page = await findBuildable(find, SEARCH, { least: 80, percentagesOf: inventoryOf({ m3: 80, m60: 80 }, 2) });
    expect(idsOf(page)).to.deep.equal(['m3']);
    expect(page).to.include({ isFiltered: true, hasMore: true });
    expect(page.last?.id).to.equal('m49');
  });

  it('ends the page when another index takes over meanwhile', async () => {
    const { find } = indexOf(idsUpTo(120));
    const page = await findBuildable(
      (search) => (search.after === undefined ? find(search) : Promise.reject(new CursorOfOtherIndex())),
      SEARCH,
      { least: 80, percentagesOf: inventoryOf({ m3: 80, m60: 80 }) },
    );
    expect([idsOf(page), page.hasMore, page.last?.id]).to.deep.equal([['m3'], true, 'm49']);
  });

  it('shows each buildable MOC once, in the order of the index, whatever the size of the page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 400 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        async (percentages, least, limit) => {
          const ids = idsUpTo(percentages.length);
          const percentageOf = Object.fromEntries(ids.map((id, at) => [id, percentages[at]!]));
          const { find } = indexOf(ids);
          const shownIds: string[] = [];
          let page: BuildablePage | undefined;
          do {
            const after: object = page?.last === undefined ? {} : { after: page.last };
            page = await findBuildable(
              find,
              { ...SEARCH, ...after, limit },
              { least, percentagesOf: inventoryOf(percentageOf) },
            );
            expect(page.documents.length).to.be.at.most(limit);
            shownIds.push(...idsOf(page));
          } while (page.hasMore);
          expect(shownIds).to.deep.equal(ids.filter((id) => percentageOf[id]! >= least));
        },
      ),
      { numRuns: 50 },
    );
  });
});
