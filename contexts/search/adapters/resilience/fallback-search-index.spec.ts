import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import {
  CursorOfOtherIndex,
  type DegradedReason,
  type DocumentPage,
  type Search,
  type SearchIndex,
} from '../../application/ports/search-index.ts';
import { fallbackSearchIndex, type FallbackSearchIndex } from './fallback-search-index.ts';

const SEARCH: Search = {
  query: { terms: [], phrases: [], without: [], filters: {} },
  ...{ types: ['moc'], by: 'ada' as UserId, sort: 'relevance', limit: 5 },
};
const END = { key: '1', id: 'a', spelling: 'as-spelt' } as const;
const FULL: DocumentPage = {
  documents: [],
  spelling: 'as-spelt',
  hasMore: false,
  positions: [{ ...END, index: 'opensearch' }],
};
const SIMPLE: DocumentPage = { ...FULL, positions: [{ ...END, index: 'postgresql' }] };

class Outage extends Error {
  readonly outage = true;
}

describe('searching with a fallback', () => {
  let answer: () => Promise<DocumentPage>;
  let reason: DegradedReason | undefined;
  let attempts: number;
  let hasWritten: () => Promise<boolean>;
  let index: FallbackSearchIndex;

  const indexWith = (find: SearchIndex['find']): SearchIndex => ({
    find,
    similar: async (id, by) => {
      await find({ ...SEARCH, by });
      return id === 'unknown' ? undefined : { mocs: [] };
    },
  });

  beforeEach(() => {
    [answer, reason, attempts] = [() => Promise.resolve(FULL), undefined, 0];
    hasWritten = () => Promise.resolve(false);
    const primary = indexWith((search) => {
      attempts += 1;
      return search.after?.index === 'postgresql' ? Promise.reject(new CursorOfOtherIndex()) : answer();
    });
    const fallback = indexWith((search) =>
      search.after?.index === 'opensearch' ? Promise.reject(new CursorOfOtherIndex()) : Promise.resolve(SIMPLE),
    );
    index = fallbackSearchIndex({
      ...{ primary, fallback, reason: () => reason, logger: silentLogger },
      showsWrites: (by, atLeast) => Promise.resolve(by !== 'writer' && atLeast === undefined),
      hasWritten: () => hasWritten(),
    });
  });

  afterEach(() => index.close());

  const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  const fail = (): void => {
    answer = () => Promise.reject(new Outage());
  };

  it('answers from the primary index, and says nothing of it', async () => {
    expect(await index.find(SEARCH)).to.deep.equal(FULL);
    expect(await index.similar('a', SEARCH.by, 5)).to.deep.equal({ mocs: [] });
  });

  it('answers from the fallback while the primary index fails, and says why', async () => {
    fail();
    expect(await index.find(SEARCH)).to.deep.equal({ ...SIMPLE, degraded: 'index-unavailable' });
    expect(await index.similar('a', SEARCH.by, 5)).to.deep.equal({ mocs: [], degraded: 'index-unavailable' });
    expect(await index.similar('unknown', SEARCH.by, 5)).to.equal(undefined);
  });

  it('repeats what the same caller found a moment ago', async () => {
    await index.find(SEARCH);
    fail();
    expect(await index.find(SEARCH)).to.deep.equal({ ...FULL, degraded: 'index-unavailable' });
    const others = await index.find({ ...SEARCH, by: 'bob' as UserId });
    expect(others).to.deep.equal({ ...SIMPLE, degraded: 'index-unavailable' });
  });

  it('repeats nothing to a caller who has written since', async () => {
    await index.find(SEARCH);
    fail();
    hasWritten = () => Promise.resolve(true);
    expect(await index.find(SEARCH)).to.deep.equal({ ...SIMPLE, degraded: 'index-unavailable' });
  });

  it('repeats what was found a moment ago when nobody knows whether the caller has written', async () => {
    await index.find(SEARCH);
    fail();
    hasWritten = () => Promise.reject(new Outage());
    expect(await index.find(SEARCH)).to.deep.equal({ ...FULL, degraded: 'index-unavailable' });
  });

  it('does not ask an index that is not complete, nor repeat what it found', async () => {
    await index.find(SEARCH);
    for (reason of ['index-behind', 'index-building'] as const)
      expect(await index.find(SEARCH)).to.deep.equal({ ...SIMPLE, degraded: reason });
    expect(attempts).to.equal(1);
  });

  it('answers from the fallback those whose own writes are not in the primary index yet', async () => {
    const page = await index.find({ ...SEARCH, by: 'writer' as UserId });
    expect(page).to.deep.equal({ ...SIMPLE, degraded: 'index-behind' });
    expect(attempts).to.equal(0);
  });

  it('answers from the fallback, and from nothing older, when a revision is demanded that the primary one lacks', async () => {
    await index.find(SEARCH);
    const atLeast = { type: 'moc', id: 'a', revision: 7n } as const;
    expect(await index.find({ ...SEARCH, atLeast })).to.deep.equal({ ...SIMPLE, degraded: 'index-behind' });
    fail();
    for (let count = 0; count < 50; count += 1) await index.find(SEARCH);
    expect((await index.find({ ...SEARCH, atLeast })).positions).to.deep.equal(SIMPLE.positions);
  });

  it('stops asking an index that keeps failing', async () => {
    fail();
    for (let count = 0; count < 50; count += 1) await index.find(SEARCH);
    expect(attempts).to.be.lessThan(20);
  });

  it('goes on in the fallback with its cursor', async () => {
    expect(await index.find({ ...SEARCH, after: SIMPLE.positions[0]! })).to.deep.equal(SIMPLE);
  });

  it('says of a cursor of the primary index why that does not answer now, and continues it later', async () => {
    const next = { ...SEARCH, after: FULL.positions[0]! };
    for (reason of ['index-behind', 'index-building'] as const)
      expect(await thrownBy(index.find(next)))
        .to.be.instanceOf(CursorOfOtherIndex)
        .and.include({ reason });
    reason = undefined;
    expect(await thrownBy(index.find({ ...next, by: 'writer' as UserId }))).to.include({ reason: 'index-behind' });
    expect(await index.find(next)).to.deep.equal(FULL);
    fail();
    expect(await thrownBy(index.find({ ...next, limit: 6 }))).to.include({ reason: 'index-unavailable' });
  });

  it('gives no reason for a cursor that neither index continues', async () => {
    answer = () => Promise.reject(new CursorOfOtherIndex());
    const cursorError = await thrownBy(index.find({ ...SEARCH, after: FULL.positions[0]! }));
    expect(cursorError).to.be.instanceOf(CursorOfOtherIndex).and.include({ reason: undefined });
  });

  it('hides no bug behind the fallback', async () => {
    answer = () => Promise.reject(new TypeError('no such member'));
    expect(await thrownBy(index.find(SEARCH))).to.be.instanceOf(TypeError);
  });
});
