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
import { postgresProjections } from './adapters/postgres/indexes.ts';
import { recentWritesIn } from './adapters/postgres/recent-writes.ts';
import type { OwnWrite } from './application/ports/own-writes.ts';
import { mocFrom } from './bench/titles.ts';
import { delivered } from './testing/index-for-tests.ts';

const WHENEVER_MS = 60_000;

describe('finding what one has just written', function () {
  this.timeout(150_000);
  let recentWrites: (owner: UserId) => Promise<readonly OwnWrite[]>;
  let showWrites: (writes: readonly OwnWrite[]) => Promise<boolean>;
  let countShown: (id: string) => Promise<number>;
  let saveInPostgres: (id: string, updatedAt: Date) => Promise<void>;
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
    for (const projection of Object.values(postgresProjections))
      await rows.prepare(integrationDefinition<never, object>(projection as never));
    for (const projection of Object.values(openSearchProjections))
      await documents.prepare(integrationDefinition<never, object>(projection as never));
    const index = `${place.prefix}-${openSearchProjections.mocs.name}`;
    // Nothing is shown by itself.
    const body = { index: { refresh_interval: '-1' } };
    await client.indices.putSettings({ index, body: body });

    const save = async (store: ReadModelStore, definition: Definition, id: string, at: Date): Promise<void> => {
      const moc = { ...mocFrom(['Own'], () => 0), mocId: id, owner: 'ada' };
      const row = definition.evolve(undefined, delivered('moc.updated', id, 3n, moc));
      const next = { id, revision: 3n, updatedAt: at.toISOString() as Instant, row };
      await store.save(definition, 1, [{ previous: undefined, next }]);
    };
    saveInPostgres = (id, at) => save(rows, mocs, id, at);
    saveInOpenSearch = (id) => save(documents, openMocs, id, new Date());
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
