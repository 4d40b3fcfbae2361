import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { Instant } from '@lego-moc/kernel/message';
import type { InterestCountsReply } from '@lego-moc/moc-management/contracts/interests-api';
import type { ReadModelStore, Row } from '@lego-moc/read-models/read-model-store';
import { inMemoryReadModels } from '@lego-moc/read-models/testing/in-memory-read-models';
import { popularityModel } from '../../application/popularity-model.ts';
import { loadPopularity, type InterestCounts } from './load-popularity.ts';

const model = popularityModel('');
const now = () => '2026-01-01T12:00:00.000Z' as Instant;
const running = new AbortController().signal;

describe('loading the popularity of MOCs', () => {
  const [first, second, third, fourth] = Array.from({ length: 4 }, newId).sort() as [string, string, string, string];
  let store: ReadModelStore;
  let mocs: InterestCountsReply['mocs'];
  /** Throws before this page. */
  let failingPage: number;

  /** Two MOCs a page. */
  const counts: InterestCounts = async ({ cursor }) => {
    const start = cursor === undefined ? 0 : mocs.findIndex(({ mocId }) => mocId === cursor) + 1;
    if (start / 2 === failingPage) throw new Error('away');
    const page = await Promise.resolve(mocs.slice(start, start + 2));
    return { mocs: page, nextCursor: start + 2 < mocs.length ? page[1]!.mocId : null };
  };
  const load = (signal = running) => loadPopularity({ counts, store, model, now }, signal);
  const readTiers = async () => {
    const { generation } = await store.prepare(model);
    const rows: Row[] = [];
    for await (const page of store.scan(model, generation))
      rows.push(...page.flatMap(({ row }) => (row === undefined ? [] : [row])));
    return rows.sort((some, other) => Number(some['tier']) - Number(other['tier']));
  };

  beforeEach(() => {
    store = inMemoryReadModels();
    failingPage = Infinity;
    mocs = [
      { mocId: first, likes: 1, bookmarks: 0 },
      { mocId: second, likes: 50, bookmarks: 50 },
      { mocId: third, likes: 0, bookmarks: 1 },
      { mocId: fourth, likes: 0, bookmarks: 0 },
    ];
  });

  it('puts the MOCs of all pages into tiers, the newest first, without those of no interest', async () => {
    await load();
    expect(await readTiers()).to.deep.equal([
      { tier: 1, moc_ids: [third, first] },
      { tier: 11, moc_ids: [second] },
    ]);
  });

  it('builds nothing when no tier has changed, and another generation when one has', async () => {
    const generationOf = async () => (await store.current(model.name))?.generation;
    await load();
    const generation = await generationOf();
    mocs = mocs.map((moc) => (moc.mocId === second ? { ...moc, likes: 51 } : moc));
    await load();
    expect(await generationOf()).to.equal(generation);
    mocs = mocs.filter(({ mocId }) => mocId !== second);
    await load();
    expect(await readTiers()).to.deep.equal([{ tier: 1, moc_ids: [third, first] }]);
  });

  it('shows the former tiers when it is broken off between two pages, and the new ones after the next run', async () => {
    await load();
    const former = await readTiers();
    mocs = mocs.map((moc) => ({ ...moc, likes: 0, bookmarks: 0 }));
    failingPage = 1;
    expect(await load().catch((error: unknown) => error)).to.match(/away/u);
    expect(await readTiers()).to.deep.equal(former);
    failingPage = Infinity;
    await load();
    expect(await readTiers()).to.deep.equal([]);
  });

  it('ends when the service stops', async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await load(stop.signal).catch((error: unknown) => error)).to.match(/abort/iu);
    expect(await store.current(model.name)).to.equal(undefined);
  });
});
