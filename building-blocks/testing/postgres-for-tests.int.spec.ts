import { expect } from 'chai';
import { openDatabase } from '@lego-moc/postgres/database';
import { postgresForTests } from './postgres-for-tests.ts';

describe('choosing a PostgreSQL for tests', () => {
  it('gives every test an empty schema that it owns', async () => {
    const postgres = await postgresForTests();
    const urls = await Promise.all([postgres.databaseUrl('toys'), postgres.databaseUrl('toys')]);

    for (const url of urls) {
      const db = openDatabase(url, { schema: 'toys' });
      await db.none('CREATE TABLE brick (name text)');
      expect(await db.one("SELECT 'brick'::regclass::text AS name")).to.deep.equal({ name: 'brick' });
      await db.close();
    }
  });
});
