import { join } from 'node:path';
import { startPostgres } from '@lego-moc/embedded-postgres/start-postgres';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { asAdmin, provisionSchema } from '@lego-moc/postgres/provision';
import { SCHEMA } from '../beside-platform.ts';
import { createTables } from '../monolith.ts';

export type DemoDatabase = {
  readonly url: string;
  readonly db: Database;
  readonly stop: () => Promise<void>;
};

/** A PostgreSQL of the monolith's own, with its tables, and an account that may add a schema and triggers. */
export const startMonolithDatabase = async (dataDir: string): Promise<DemoDatabase> => {
  const postgres = await startPostgres({ dataDir: join(dataDir, 'monolith') });
  const account = { schema: SCHEMA, role: 'monolith', password: 'demo' };
  const url = await provisionSchema(postgres.url, account);
  const { pathname } = new URL(url);
  await asAdmin(postgres.url, (admin) =>
    admin.none(`GRANT CREATE ON DATABASE "${pathname.slice(1)}" TO "${account.role}"`),
  );
  const db = openDatabase(url, { schema: SCHEMA });
  await createTables(db);
  return {
    ...{ url, db },
    stop: async () => {
      // Told at once: a launcher that is interrupted may end before this does.
      const exit = postgres.stop();
      await db.close().catch(() => undefined);
      await exit;
    },
  };
};
