import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { connectOpenSearch } from '@lego-moc/opensearch/connect';
import { openDatabase } from '@lego-moc/postgres/database';
import { openSearchReadModels } from '@lego-moc/read-models/opensearch/opensearch-read-models';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { integrationDefinition, type Definition } from '@lego-moc/read-models/definition';
import type { ReadModelStore } from '@lego-moc/read-models/read-model-store';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { hasOpenSearch, openSearchForTests, OPENSEARCH_ADVICE } from '@lego-moc/testing/opensearch-for-tests';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import { openSearchProjections } from './adapters/opensearch/indexes.ts';
import { showWritesIn } from './adapters/opensearch/own-writes.ts';
import { findRevisionIn } from './adapters/postgres/document-revisions.ts';
import { postgresProjections } from './adapters/postgres/indexes.ts';
import { recentWritesIn } from './adapters/postgres/recent-writes.ts';
import type { FindRevision } from './application/ports/document-revisions.ts';
import type { OwnWrite } from './application/ports/own-writes.ts';
import { mocFrom } from './bench/titles.ts';
import { deliveryOf } from './testing/index-for-tests.ts';

const WHENEVER_MS = 60_000;

describe('finding what one has just written', function () {
  this.timeout(150_000);
  let findRevision: FindRevision;
  let recentWrites: (owner: UserId) => Promise<readonly OwnWrite[]>;
  let showWrites: (writes: readonly OwnWrite[]) => Promise<boolean>;
  let countShown: (id: string) => Promise<number>;
  let saveInPostgres: (id: string, updatedAt: Date, change?: object) => Promise<void>;
  let deleteInPostgres: (id: string) => Promise<unknown>;
  let saveInOpenSearch: (id: string) => Promise<void>;

  before(async function () {
    if (!hasOpenSearch()) skipWithout(this, 'OpenSearch', OPENSEARCH_ADVICE);
    const client = connectOpenSearch(await openSearchForTests());
    const db = openDatabase(await (await postgresForTests()).databaseUrl('search'), { schema: 'search' });
    closeAfterAllTests(async () => {
      await client.close();
      await db.close();
    });
    const place = { client, prefix: `test-${newId()}` };
    const [rows, documents] = [postgresReadModels(db), openSearchReadModels(place)];
    const mocs = integrationDefinition(postgresProjections.mocs);
    const openMocs = integrationDefinition(openSearchProjections.mocs);
    for (const model of Object.values(postgresProjections)) await rows.prepare(model);
    for (const model of Object.values(openSearchProjections)) await documents.prepare(model);
    const index = `${place.prefix}-${openSearchProjections.mocs.name}`;
    // Nothing is shown by itself.
    const body = { index: { refresh_interval: '-1' } };
    await client.indices.putSettings({ index, body: body });

    const save = async (
      store: ReadModelStore,
      definition: Definition,
      id: string,
      at: Date,
      change = {},
    ): Promise<void> => {
      const moc = { ...mocFrom(['Own'], () => 0), mocId: id, owner: 'ada', ...change };
      const row = definition.evolve(undefined, deliveryOf('moc.updated', id, 3n, moc));
      const next = { id, revision: 3n, updatedAt: at.toISOString() as Instant, row };
      await store.save(definition, 1, [{ previous: undefined, next }]);
    };
    saveInPostgres = (id, at, change) => save(rows, mocs, id, at, change);
    deleteInPostgres = (id) => {
      const next = { id, revision: 4n, updatedAt: new Date().toISOString() as Instant, row: undefined };
      return rows.save(mocs, 1, [{ previous: undefined, next }]);
    };
    saveInOpenSearch = (id) => save(documents, openMocs, id, new Date());
    findRevision = findRevisionIn(db);
    recentWrites = recentWritesIn(db);
    showWrites = showWritesIn(place, documents);
    countShown = async (id) => (await client.count({ index, body: { query: { term: { id } } } })).body.count;
  });

  it('knows what its owner has written in the last seconds', async () => {
    const [now, before] = [newId(), newId()];
    await saveInPostgres(before, new Date(Date.now() - WHENEVER_MS));
    await saveInPostgres(now, new Date(Date.now() + WHENEVER_MS));
    expect(await recentWrites('ada' as UserId)).to.deep.equal([{ type: 'moc', id: now, revision: 3n }]);
    expect(await recentWrites('bob' as UserId)).to.deep.equal([]);
  });

  it('knows the revision of a published document for everybody, and of none that is not there', async () => {
    const id = newId();
    await saveInPostgres(id, new Date());
    for (const by of ['ada', 'bob'] as UserId[])
      expect(await findRevision(id, by)).to.deep.equal({ type: 'moc', id, revision: 3n });
    expect(await findRevision(newId(), 'ada' as UserId)).to.equal(undefined);
  });

  it('knows the revision of a draft for its owner only, and of a deleted document for everybody', async () => {
    const [draft, deletion] = [newId(), newId()];
    await saveInPostgres(draft, new Date(), { status: 'draft', publishedAt: null });
    await deleteInPostgres(deletion);
    expect(await findRevision(draft, 'ada' as UserId)).to.include({ revision: 3n });
    expect(await findRevision(draft, 'bob' as UserId)).to.equal(undefined);
    expect(await findRevision(deletion, 'bob' as UserId)).to.include({ revision: 4n });
  });

  it('shows a document that is indexed and not refreshed yet', async () => {
    const id = newId();
    await saveInOpenSearch(id);
    expect(await countShown(id)).to.equal(0);
    expect(await showWrites([{ type: 'moc', id, revision: 3n }])).to.equal(true);
    expect(await countShown(id)).to.equal(1);
  });

  it('says that a document is not there, or not as new', async () => {
    const id = newId();
    expect(await showWrites([{ type: 'moc', id, revision: 3n }])).to.equal(false);
    await saveInOpenSearch(id);
    expect(await showWrites([{ type: 'moc', id, revision: 4n }])).to.equal(false);
    expect(await showWrites([])).to.equal(true);
  });
});
