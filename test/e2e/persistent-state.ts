import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adminUrl } from '@lego-moc/embedded-postgres/admin';
import { portOf } from '@lego-moc/local/registry';
import { openDatabase } from '@lego-moc/postgres/database';
import type { TestPlatform } from './platform.ts';

const TABLES = `
  SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
  WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`;

/** Every row of every table of every service that contains one of these words, by table. */
export const rowsContaining = async (platform: TestPlatform, words: readonly string[]): Promise<readonly string[]> => {
  const db = openDatabase(
    process.env['DATABASE_URL'] ?? adminUrl(platform.dataDir, portOf(platform.ports, 'postgres')),
    {
      schema: 'public',
    },
  );
  const patterns = words.map((word) => `%${word}%`);
  try {
    const tables = await db.any<{ name: string }>(TABLES);
    const matches = await Promise.all(
      tables.map(async ({ name }) => {
        const rows = await db.any<{ row: string }>(
          `SELECT t::text AS row FROM ${name} AS t WHERE t::text ILIKE ANY ($1::text[])`,
          [patterns],
        );
        return rows.map(({ row }) => `${name}: ${row}`);
      }),
    );
    return matches.flat();
  } finally {
    await db.close();
  }
};

const filesBelow = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];

/** Files of users: those of MOCs, avatars, and images of wishes, by their paths. */
export const storedObjects = ({ dataDir }: TestPlatform): readonly string[] =>
  ['files', 'profile', 'wishlist'].flatMap((folder) => filesBelow(join(dataDir, folder)));

/** The content of all files in one of the platform's folders, as text. */
export const folderContent = ({ dataDir }: TestPlatform, folder: string): string =>
  filesBelow(join(dataDir, folder))
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n');
