import { expect } from 'chai';
import type { Instant } from '@lego-moc/kernel/message';
import type { CatalogueItem, CatalogueItemsQuery } from '@lego-moc/file-processing/contracts/catalogue-items-api';
import type { ReadModelStore } from '@lego-moc/read-models/read-model-store';
import { inMemoryReadModels } from '@lego-moc/read-models/testing/in-memory-read-models';
import type { CatalogueModel } from '../../document-sources.ts';
import { part } from '../../testing/sample-documents.ts';
import { loadCatalogue, withPauses } from './load-catalogue.ts';

const model: CatalogueModel = {
  name: 'catalogue',
  columns: { name: 'text' },
  indexes: [],
  row: ({ name }) => ({ name }),
};
const running = new AbortController().signal;
const now = () => '2026-01-01T12:00:00.000Z' as Instant;

const names = (count: number, prefix: string): readonly CatalogueItem[] =>
  Array.from({ length: count }, (_, index) => part(`${prefix}${index}`, `${prefix} ${index}`));

describe('loading the catalogue', () => {
  let store: ReadModelStore;
  let releases: Map<string, readonly CatalogueItem[]>;
  let newest: string;
  let pagesServed: number;
  /** Called before each page but the first, which is how the newest release is asked for. */
  let beforePage: (page: number) => unknown;

  const catalogueItems = async ({ release = newest, cursor, limit }: CatalogueItemsQuery) => {
    if (limit > 1) beforePage((pagesServed += 1));
    const items = await Promise.resolve(releases.get(release));
    if (items === undefined) return undefined;
    const start = cursor === undefined ? 0 : Number(cursor.slice(5));
    const end = start + limit;
    return { release, items: items.slice(start, end), nextCursor: end < items.length ? `part:${end}` : null };
  };
  const load = (signal = running) => loadCatalogue({ source: { catalogueItems }, store, model, now }, signal);
  const errorOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  const count = () => store.count(model.name);

  beforeEach(() => {
    store = inMemoryReadModels();
    releases = new Map([['first', names(2_500, 'brick')]]);
    newest = 'first';
    pagesServed = 0;
    beforePage = () => undefined;
  });

  it('loads all pages of the newest release', async () => {
    await load();
    expect([await count(), pagesServed]).to.deep.equal([2_500, 3]);
  });

  it('loads nothing the second time', async () => {
    await load();
    await load();
    expect(pagesServed).to.equal(3);
  });

  it('replaces a release by the next one, and forgets what that does not have', async () => {
    await load();
    releases.set('second', names(10, 'plate'));
    newest = 'second';
    await load();
    expect(await count()).to.equal(10);
    expect(await store.revisionOf(model.name, 'part:brick0')).to.equal(undefined);
  });

  it('loads a release anew once documents have another form', async () => {
    await load();
    const wider: CatalogueModel = { ...model, columns: { ...model.columns, year: 'integer' } };
    await loadCatalogue({ source: { catalogueItems }, store, model: wider, now }, running);
    expect(pagesServed).to.equal(6);
  });

  it('keeps the catalogue of another form until it is loaded anew', async () => {
    await load();
    const wider: CatalogueModel = { ...model, columns: { ...model.columns, year: 'integer' } };
    beforePage = () => {
      throw new Error('away');
    };
    expect(await errorOf(loadCatalogue({ source: { catalogueItems }, store, model: wider, now }, running))).to.match(
      /away/u,
    );
    expect(await count()).to.equal(2_500);
  });

  for (const page of [1, 2, 3])
    it(`shows the former release when it is broken off at page ${page}, and loads the whole at the next run`, async () => {
      await load();
      releases.set('second', names(2_100, 'plate'));
      newest = 'second';
      pagesServed = 0;
      beforePage = (current) => {
        if (current === page) throw new Error('away');
      };
      expect(await errorOf(load())).to.match(/away/u);
      expect(await count()).to.equal(2_500);
      beforePage = () => undefined;
      await load();
      expect(await count()).to.equal(2_100);
    });

  it('shows the former release when its own is removed between two pages', async () => {
    await load();
    releases.set('second', names(1_500, 'plate'));
    newest = 'second';
    beforePage = () => pagesServed === 5 && releases.delete('second');
    expect(await errorOf(load())).to.match(/removed meanwhile/u);
    expect(await count()).to.equal(2_500);
  });

  it('ends at the next page when the service stops', async () => {
    const stop = new AbortController();
    beforePage = () => stop.abort();
    expect(await errorOf(load(stop.signal))).to.match(/abort/iu);
    expect([await count(), pagesServed]).to.deep.equal([0, 1]);
  });

  describe('with pauses', () => {
    let time: number;
    let attempts: number;
    let isAway: boolean;
    let loadWithPauses: (signal: AbortSignal) => Promise<void>;

    beforeEach(() => {
      time = 0;
      attempts = 0;
      isAway = true;
      loadWithPauses = withPauses(
        async (signal) => {
          attempts += 1;
          if (isAway) throw new Error('away');
          await load(signal);
        },
        10_000,
        () => time,
      );
    });

    it('waits twice as long after each failure, at most 5 minutes', async () => {
      const attemptsAt: number[] = [];
      for (time = 0; time < 1_200_000; time += 1_000) {
        const before = attempts;
        await errorOf(loadWithPauses(running));
        if (attempts > before) attemptsAt.push(time / 1_000);
      }
      expect(attemptsAt).to.deep.equal([0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811, 1111]);
    });

    it('waits for the usual pause after a success, also after failures', async () => {
      await errorOf(loadWithPauses(running));
      time = 1_000;
      isAway = false;
      for (; time < 21_000; time += 1_000) await loadWithPauses(running);
      expect([attempts, await count()]).to.deep.equal([3, 2_500]);
    });

    it('leaves the work to another process that loads already, and does not pause', async () => {
      isAway = false;
      await store.build(model, async () => loadWithPauses(running));
      expect(await count()).to.equal(0);
      await loadWithPauses(running);
      expect(await count()).to.equal(2_500);
    });
  });
});
