import { openDatabase } from '@lego-moc/postgres/database';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { readModelStoreContract } from '../read-model-store.contract.ts';
import { postgresReadModels } from './postgres-read-models.ts';

describe('read models in PostgreSQL', () => {
  readModelStoreContract(async () => {
    const db = openDatabase(await (await postgresForTests()).databaseUrl('toys'), { schema: 'toys' });
    closeAfterAllTests(() => db.close());
    return postgresReadModels(db);
  });
});
