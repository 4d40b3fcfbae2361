import { expect } from 'chai';
import type { DocumentPage } from './application/ports/search-index.ts';
import type { DocumentProjections } from './document-sources.ts';
import { openSearchProjections } from './adapters/opensearch/indexes.ts';
import { postgresProjections } from './adapters/postgres/indexes.ts';
import { hasOpenSearch, openSearchForTests, OPENSEARCH_ADVICE } from '@lego-moc/testing/opensearch-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import { suggest } from './application/suggest.ts';
import { openOpenSearchIndex, openPostgresIndex } from './testing/open-index.ts';
import { ada, bob, catalogueSet, moc, queryOf } from './testing/sample-documents.ts';

/** Columns that releases have added to documents. */
const ADDED_COLUMNS = ['short_keys', 'exact_keys', 'parts', 'colour_keys', 'avatar', 'has_parts'] as const;

const without = (content: object): object =>
  Object.fromEntries(Object.entries(content).filter(([name]) => !(ADDED_COLUMNS as readonly string[]).includes(name)));

/** A projection as a release had it that knew fewer columns. */
const formerOf = <
  Model extends {
    readonly columns: object;
    readonly indexes: readonly string[];
    readonly row: (input: never) => object | undefined;
  },
>(
  model: Model,
): Model => ({
  ...model,
  columns: without(model.columns),
  indexes: model.indexes.filter(
    (index) => index.startsWith('{') || !ADDED_COLUMNS.some((column) => index.includes(column)),
  ),
  row: (input: never) => {
    const row = model.row(input);
    return row === undefined ? undefined : without(row);
  },
});

const formerProjections = <Row extends object>(now: DocumentProjections<Row>): DocumentProjections<Row> => ({
  ...{ mocs: formerOf(now.mocs), gallery: formerOf(now.gallery), wishes: formerOf(now.wishes) },
  ...{ builders: formerOf(now.builders), catalogue: formerOf(now.catalogue), popularity: now.popularity },
});

type OpenIndex = Awaited<ReturnType<typeof openPostgresIndex>>;

const releaseContract = <Row extends object>(
  open: (projections: DocumentProjections<Row>) => Promise<OpenIndex>,
  projections: DocumentProjections<Row>,
): void => {
  it('searches what another release indexed, until that is rebuilt', async () => {
    const { index, store, learn, learnCatalogue } = await open(formerProjections(projections));
    const crane = moc({ title: 'Turnstone crane', theme: 'Harbour', tags: ['turnstone'], totalPieces: 700 });
    await learn(crane);
    await learnCatalogue([catalogueSet('10255-1', 'Turnstone square')]);
    for (const model of [projections.mocs, projections.gallery, projections.wishes, projections.builders])
      await store.prepare(model);
    await store.prepare(projections.catalogue);

    const find = (text: string, more: object = {}): Promise<DocumentPage> =>
      index.find({ query: queryOf(text), types: ['moc', 'set'], by: bob, sort: 'relevance', limit: 10, ...more });
    const titles = ({ documents }: DocumentPage) => documents.map(({ title }) => title);
    expect(titles(await find('turnstone theme:harbour pieces:500..'))).to.deep.equal(['Turnstone crane']);
    expect(titles(await find('10255'))).to.deep.equal(['Turnstone square']);
    expect(titles(await find('turnstne'))).to.have.members(['Turnstone crane', 'Turnstone square']);
    for (const sort of ['newest', 'pieces', 'popularity'])
      expect(titles(await find('turnstone', { sort })), sort).to.have.length(2);
    const facets = ['theme', 'tag', 'colour', 'by', 'year', 'pieces', 'has'] as const;
    expect((await find('turnstone', { types: ['moc'], facets })).facets).to.deep.include({
      theme: [{ value: 'harbour', count: 1 }],
      by: [{ value: ada, count: 1 }],
      colour: [],
    });
    const { suggestions } = await suggest(index, { query: queryOf('turnst'), by: bob, limit: 8 });
    expect(suggestions).to.deep.include({ kind: 'title', text: 'Turnstone crane' });
    expect((await index.similar(crane.mocId, bob, 5))?.mocs).to.deep.equal([]);
  });
};

describe('searching the rows of another release in PostgreSQL', function () {
  this.timeout(60_000);
  releaseContract((former) => openPostgresIndex(former), postgresProjections);
});

describe('searching the rows of another release in OpenSearch', function () {
  this.timeout(150_000);

  before(async function () {
    if (!hasOpenSearch()) skipWithout(this, 'OpenSearch', OPENSEARCH_ADVICE);
    await openSearchForTests();
  });

  releaseContract((former) => openOpenSearchIndex(former), openSearchProjections);
});
