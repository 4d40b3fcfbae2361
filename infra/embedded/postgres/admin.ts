import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** The cluster of a platform, within its data directory. */
export const clusterDir = (platformDataDir: string): string => join(platformDataDir, 'postgres');

/** The file of the superuser's password, beside the cluster. */
export const passwordFile = (dataDir: string): string => `${dataDir}.password`;

export const superuserUrl = (password: string, port: number): string =>
  `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;

/** The superuser's URL of the embedded PostgreSQL among a platform's data. Throws before that was first started. */
export const adminUrl = (platformDataDir: string, port: number): string =>
  superuserUrl(readFileSync(passwordFile(clusterDir(platformDataDir)), 'utf8').trim(), port);

/** Whether the server accepts the password and answers a query. */
export const acceptsQueries = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** Whether the embedded PostgreSQL among a platform's data runs and answers. */
export const isPostgresReady = async (platformDataDir: string, port: number): Promise<boolean> =>
  existsSync(passwordFile(clusterDir(platformDataDir))) && (await acceptsQueries(adminUrl(platformDataDir, port)));
