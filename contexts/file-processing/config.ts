import { join } from 'node:path';
import { z } from 'zod';

const settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(9500),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  EVENTSTORE_URL: z.string().default('esdb://127.0.0.1:9020?tls=false'),
  DATABASE_URL: z.string(),
  FILE_STORAGE_URL: z.url().default('http://127.0.0.1:9800'),
  USER_CONTEXT_JWKS_URL: z.url().default('http://127.0.0.1:9000/.well-known/user-context-jwks.json'),
  LEGO_MOC_DATA_DIR: z.string().default('.data'),
  SERVICE_KEY_PATH: z.string().optional(),
  SERVICE_JWKS_PATH: z.string().optional(),
  /** Files read at once by one process. Reading keeps a core busy, so more than the cores is of little use. */
  PARSING_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(4),
});

/** The service's settings, read once from the environment. Throws a `ZodError` that names what is missing. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const set = settings.parse(env);
  const keys = join(set.LEGO_MOC_DATA_DIR, 'keys');
  return {
    port: set.PORT,
    logLevel: set.LOG_LEVEL,
    eventStoreUrl: set.EVENTSTORE_URL,
    databaseUrl: set.DATABASE_URL,
    fileStorageUrl: set.FILE_STORAGE_URL,
    userContextJwksUrl: set.USER_CONTEXT_JWKS_URL,
    serviceKeyPath: set.SERVICE_KEY_PATH ?? join(keys, 'file-processing.jwk.json'),
    serviceJwksPath: set.SERVICE_JWKS_PATH ?? join(keys, 'services.jwks.json'),
    parsingConcurrency: set.PARSING_CONCURRENCY,
  };
};

export type Config = ReturnType<typeof readConfig>;
