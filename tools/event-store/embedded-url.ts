import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** Stands for the platform's embedded event store where a connection string is expected. */
export const EMBEDDED_STORE = 'embedded';

const urlIn = (path: string): string => {
  try {
    const url = parseEnv(readFileSync(path, 'utf8'))['EVENTSTORE_URL'];
    if (url !== undefined) return url;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  throw new Error(`${path} names no event store: start the platform here once, or set LEGO_MOC_DATA_DIR to its data.`);
};

/** The connection string that `value` stands for: the administrator's of the embedded event store, or itself. */
export const connectionString = (value: string, dataDir: string): string =>
  value === EMBEDDED_STORE ? urlIn(join(dataDir, 'env', 'event-store.env')) : value;

/** Without its password, fit to be shown. */
export const withoutPassword = (url: string): string => url.replace(/(\/\/[^:@/]*):[^@/]*@/, '$1@');
