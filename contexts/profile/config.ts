import { join } from 'node:path';
import { s3Config, s3Settings } from '@lego-moc/object-storage/settings';
import { keysFolder, serviceConfig, serviceSettings } from '@lego-moc/service/settings';
import { z } from 'zod';
import { isWebhookSecret } from './adapters/identity/signed-webhooks.ts';

const listed = (text: string | undefined): readonly string[] | undefined =>
  text?.split(',').flatMap((each) => (each.trim() === '' ? [] : [each.trim()]));

const settings = z.object({
  ...serviceSettings(9300),
  DATABASE_URL: z.string(),
  REDIS_URL: z.url().optional(),
  /** Base64 of 32 bytes each, parted by commas: the first one wraps, the others still unwrap. Unset: kept beside the data. */
  PROFILE_MASTER_KEYS: z.string().optional(),
  /** Shared with the Auth Service: base64 of 24 bytes or more, parted by commas while one is replaced. Unset: kept beside the data. */
  IDENTITY_WEBHOOK_SECRETS: z
    .string()
    .optional()
    .transform(listed)
    .refine((secrets) => secrets?.every(isWebhookSecret) !== false, 'each is at least 24 bytes in base64'),
  /** Where the Auth Service lists its users, for reconciliation. */
  AUTH_SERVICE_URL: z.url().optional(),
  AUTH_SERVICE_TOKEN: z.string().optional(),
  ...s3Settings,
});

/** The service's settings, read once from the environment. Throws a `ZodError` that names what is missing or wrong. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const set = settings.parse(env);
  return {
    ...serviceConfig(set),
    databaseUrl: set.DATABASE_URL,
    redisUrl: set.REDIS_URL,
    secretsFolder: keysFolder(set.LEGO_MOC_DATA_DIR),
    masterKeys: listed(set.PROFILE_MASTER_KEYS),
    webhookSecrets: set.IDENTITY_WEBHOOK_SECRETS,
    authService:
      set.AUTH_SERVICE_URL === undefined ? undefined : { url: set.AUTH_SERVICE_URL, token: set.AUTH_SERVICE_TOKEN },
    avatars: { s3: s3Config(set), directory: join(set.LEGO_MOC_DATA_DIR, 'profile') },
  };
};

export type Config = ReturnType<typeof readConfig>;
