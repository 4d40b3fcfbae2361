import { serviceConfig, serviceSettings } from '@lego-moc/service/settings';
import { z } from 'zod';

const settings = z.object({
  ...serviceSettings(9700),
  DATABASE_URL: z.string(),
});

/** The service's settings, read once from the environment. Throws a `ZodError` that names what is missing. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const set = settings.parse(env);
  return {
    ...serviceConfig(set),
    databaseUrl: set.DATABASE_URL,
  };
};

export type Config = ReturnType<typeof readConfig>;
