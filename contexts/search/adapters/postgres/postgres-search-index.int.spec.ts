import { openDatabase } from '@lego-moc/postgres/database';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { indexForTests } from '../../testing/index-for-tests.ts';
import { searchIndexContract, type IndexForTests } from '../../application/ports/search-index.contract.ts';
import { mocIndex, wishIndex } from './indexes.ts';
import { postgresSearchIndex } from './postgres-search-index.ts';

const openIndex = async (): Promise<IndexForTests> => {
  const postgres = await postgresForTests();
  const db = openDatabase(await postgres.databaseUrl('search'), { schema: 'search' });
  closeAfterAllTests(() => db.close());
  return indexForTests(postgresSearchIndex(db), postgresReadModels(db), { mocs: mocIndex, wishes: wishIndex });
};

describe('searching with PostgreSQL', function () {
  this.timeout(60_000);
  searchIndexContract(openIndex);
});
