import { newId } from '@lego-moc/application/new-id';
import { connectOpenSearch } from '@lego-moc/opensearch/connect';
import { openDatabase } from '@lego-moc/postgres/database';
import { openSearchReadModels } from '@lego-moc/read-models/opensearch/opensearch-read-models';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { openSearchForTests } from '@lego-moc/testing/opensearch-for-tests';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { openSearchProjections } from '../adapters/opensearch/indexes.ts';
import { openSearchSearchIndex } from '../adapters/opensearch/opensearch-search-index.ts';
import { postgresProjections } from '../adapters/postgres/indexes.ts';
import { postgresSearchIndex } from '../adapters/postgres/postgres-search-index.ts';
import { indexForTests } from './index-for-tests.ts';

const ON_A_BUSY_MACHINE_MS = 10_000;

/** An empty index in PostgreSQL. */
export const openPostgresIndex = async (projections = postgresProjections) => {
  const postgres = await postgresForTests();
  const db = openDatabase(await postgres.databaseUrl('search'), { schema: 'search' });
  closeAfterAllTests(() => db.close());
  const store = postgresReadModels(db);
  const ping = () => db.one('SELECT 1 AS there');
  return { store, ping, ...(await indexForTests(postgresSearchIndex(db), store, projections)) };
};

/** An empty index in OpenSearch. */
export const openOpenSearchIndex = async (projections = openSearchProjections) => {
  const client = connectOpenSearch(await openSearchForTests());
  closeAfterAllTests(() => client.close());
  const place = { client, prefix: `test-${newId()}` };
  const store = openSearchReadModels(place);
  const index = await indexForTests(
    openSearchSearchIndex(place, { timeoutMs: ON_A_BUSY_MACHINE_MS }),
    store,
    projections,
    () => client.indices.refresh({ index: `${place.prefix}-*` }),
  );
  return { prefix: place.prefix, store, ping: () => client.ping(), ...index };
};
