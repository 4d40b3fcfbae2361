import { join } from 'node:path';
import { keysFolder, serviceConfig, serviceSettings } from '@lego-moc/service/settings';
import { z } from 'zod';

const settings = z.object({
  ...serviceSettings(9500),
  DATABASE_URL: z.string(),
  FILE_STORAGE_URL: z.url().default('http://127.0.0.1:9800'),
  SERVICE_KEY_PATH: z.string().optional(),
  /** Files read at once by one process. Reading keeps a core busy, so more than the cores is of little use. */
  PARSING_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(4),
});

/** The service's settings, read once from the environment. Throws a `ZodError` that names what is missing. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const set = settings.parse(env);
  return {
    ...serviceConfig(set),
    databaseUrl: set.DATABASE_URL,
    fileStorageUrl: set.FILE_STORAGE_URL,
    serviceKeyPath: set.SERVICE_KEY_PATH ?? join(keysFolder(set.LEGO_MOC_DATA_DIR), 'file-processing.jwk.json'),
    parsingConcurrency: set.PARSING_CONCURRENCY,
  };
};

export type Config = ReturnType<typeof readConfig>;
