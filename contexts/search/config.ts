import { z } from 'zod';

const settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(9700),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  EVENTSTORE_URL: z.string(),
  DATABASE_URL: z.string(),
  USER_CONTEXT_JWKS_URL: z.url().default('http://127.0.0.1:9000/.well-known/user-context-jwks.json'),
  SERVICE_JWKS_PATH: z.string(),
});

/** The service's settings, read once from the environment. Throws a `ZodError` that names what is missing. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const set = settings.parse(env);
  return {
    port: set.PORT,
    logLevel: set.LOG_LEVEL,
    eventStoreUrl: set.EVENTSTORE_URL,
    databaseUrl: set.DATABASE_URL,
    userContextJwksUrl: set.USER_CONTEXT_JWKS_URL,
    serviceJwksPath: set.SERVICE_JWKS_PATH,
  };
};

export type Config = ReturnType<typeof readConfig>;
