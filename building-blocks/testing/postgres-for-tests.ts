import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@lego-moc/embedded-postgres/start-postgres';
import { newId } from '@lego-moc/application/new-id';
import { quoteName } from '@lego-moc/postgres/database';
import { asAdmin, provisionSchema } from '@lego-moc/postgres/provision';
import { isDockerAvailable, startFirst, componentFromEnv, type ComponentChoice } from './component-choice.ts';
import { startLocalPostgres } from './local-postgres.ts';
import { closeAfterAllTests } from './mocha-hooks.ts';

export type PostgresForTests = {
  readonly adminUrl: string;
  /** A URL under which `schema` is empty, in a database of its own that is dropped with the run. */
  databaseUrl(schema: string): Promise<string>;
};

const IMAGE = 'docker.io/library/postgres:15-alpine';

const inDocker: ComponentChoice = {
  name: IMAGE,
  start: async () => {
    if (!isDockerAvailable()) return undefined;
    const { GenericContainer, Wait } = await import('testcontainers');
    const container = await new GenericContainer(IMAGE)
      .withEnvironment({ POSTGRES_PASSWORD: 'test' })
      .withExposedPorts(5432)
      .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))
      .start();
    return {
      url: `postgres://postgres:test@${container.getHost()}:${String(container.getMappedPort(5432))}/postgres`,
      stop: async () => {
        await container.stop();
      },
    };
  },
};

const local: ComponentChoice = { name: 'the PostgreSQL installed here', start: startLocalPostgres };

const embeddedPostgres: ComponentChoice = {
  name: 'embedded PostgreSQL',
  start: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lego-moc-postgres-'));
    const { url, stop } = await startPostgres({ dataDir: join(folder, 'data') });
    return {
      url,
      stop: async () => {
        await stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

const start = async (): Promise<PostgresForTests> => {
  const { url: adminUrl, stop } = await startFirst('PostgreSQL', [
    componentFromEnv('TEST_DATABASE_URL'),
    inDocker,
    local,
    embeddedPostgres,
  ]);
  const databases: string[] = [];
  closeAfterAllTests(async () => {
    await asAdmin(adminUrl, async (admin) => {
      for (const name of databases) await admin.none(`DROP DATABASE IF EXISTS ${quoteName(name)} WITH (FORCE)`);
    });
    await stop();
  });

  const provisionDatabase = async (schema: string): Promise<string> => {
    const name = `test_${newId().replaceAll('-', '')}`;
    await asAdmin(adminUrl, (admin) => admin.none(`CREATE DATABASE ${quoteName(name)}`));
    databases.push(name);
    const url = new URL(adminUrl);
    url.pathname = name;
    return provisionSchema(url.href, { schema, role: `test_${schema}`, password: 'test', extensions: ['pg_trgm'] });
  };

  // One after the other: roles belong to all databases, and PostgreSQL refuses to change one twice at once.
  let last: Promise<unknown> = Promise.resolve();
  return {
    adminUrl,
    databaseUrl: (schema) => {
      const next = last.then(() => provisionDatabase(schema));
      last = next.catch(() => undefined);
      return next;
    },
  };
};

let sharedServer: Promise<PostgresForTests> | undefined;

/**
 * One PostgreSQL for the whole run: TEST_DATABASE_URL, else Docker, else the one installed here, else the embedded.
 * Needs a role that may create databases and roles.
 */
export const postgresForTests = (): Promise<PostgresForTests> => (sharedServer ??= start());
