import { serviceConfig, serviceSettings } from '@lego-moc/service/settings';
import { z } from 'zod';

const settings = z.object({
  ...serviceSettings(9100),
  DATABASE_URL: z.string(),
  FILE_STORAGE_URL: z.url().default('http://127.0.0.1:9800'),
  FILE_PROCESSING_URL: z.url().default('http://127.0.0.1:9500'),
  SERVICE_KEY_PATH: z.string(),
});

/** The service's settings, read once from the environment. Throws a `ZodError` that names what is missing. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const set = settings.parse(env);
  return {
    ...serviceConfig(set),
    databaseUrl: set.DATABASE_URL,
    fileStorageUrl: set.FILE_STORAGE_URL,
    fileProcessingUrl: set.FILE_PROCESSING_URL,
    serviceKeyPath: set.SERVICE_KEY_PATH,
  };
};

export type Config = ReturnType<typeof readConfig>;
