import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

const configuredUrl = async (): Promise<string | undefined> => {
  const url = process.env['DATABASE_URL'];
  if (url !== undefined) return url;
  const path = join(process.env['LEGO_MOC_DATA_DIR'] ?? '.data', 'env', 'file-processing.env');
  return existsSync(path) ? parseEnv(await readFile(path, 'utf8'))['DATABASE_URL'] : undefined;
};

/** DATABASE_URL, or that of the platform that `npm start` has set up here. Throws when there is neither. */
export const operatorDatabaseUrl = async (): Promise<string> => {
  const url = await configuredUrl();
  if (url === undefined)
    throw new Error('Where is the database? Start the platform with `npm start`, or set DATABASE_URL.');
  return url;
};

/** Whether a database does not answer, rather than refuse. */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT'].includes(String(error.code));
