import { join } from 'node:path';
import { z } from 'zod';

const settings = z.object({
  PORT: z.coerce.number().int().default(9300),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  EVENTSTORE_URL: z.string(),
  DATABASE_URL: z.string(),
  REDIS_URL: z.url().optional(),
  LEGO_MOC_DATA_DIR: z.string().default('.data'),
  USER_CONTEXT_JWKS_URL: z.url().default('http://127.0.0.1:9000/.well-known/user-context-jwks.json'),
  SERVICE_JWKS_PATH: z.string(),
  /** Base64 of 32 bytes each, parted by commas: the first one wraps, the others still unwrap. Unset: kept beside the data. */
  PROFILE_MASTER_KEYS: z.string().optional(),
  /** Shared with the Auth Service, parted by commas while one is replaced. Unset: kept beside the data. */
  IDENTITY_WEBHOOK_SECRETS: z.string().optional(),
  /** Where the Auth Service lists its users, for reconciliation. */
  AUTH_SERVICE_URL: z.url().optional(),
  AUTH_SERVICE_TOKEN: z.string().optional(),
  S3_ENDPOINT: z.url().optional(),
  S3_BUCKET: z.string().optional(),
  AWS_REGION: z.string().default('us-east-1'),
});

const listed = (text: string | undefined): readonly string[] | undefined =>
  text?.split(',').flatMap((each) => (each.trim() === '' ? [] : [each.trim()]));

/** The service's settings, read once from the environment. Throws a `ZodError` that names what is missing. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const set = settings.parse(env);
  return {
    port: set.PORT,
    logLevel: set.LOG_LEVEL,
    eventStoreUrl: set.EVENTSTORE_URL,
    databaseUrl: set.DATABASE_URL,
    redisUrl: set.REDIS_URL,
    userContextJwksUrl: set.USER_CONTEXT_JWKS_URL,
    serviceJwksPath: set.SERVICE_JWKS_PATH,
    secretsFolder: join(set.LEGO_MOC_DATA_DIR, 'keys'),
    masterKeys: listed(set.PROFILE_MASTER_KEYS),
    webhookSecrets: listed(set.IDENTITY_WEBHOOK_SECRETS),
    authService:
      set.AUTH_SERVICE_URL === undefined ? undefined : { url: set.AUTH_SERVICE_URL, token: set.AUTH_SERVICE_TOKEN },
    avatarsDirectory: join(set.LEGO_MOC_DATA_DIR, 'profile'),
    s3:
      set.S3_BUCKET === undefined
        ? undefined
        : {
            bucket: set.S3_BUCKET,
            region: set.AWS_REGION,
            ...(set.S3_ENDPOINT === undefined ? {} : { endpoint: set.S3_ENDPOINT }),
          },
  };
};

export type Config = ReturnType<typeof readConfig>;
