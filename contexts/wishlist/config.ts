import { join } from 'node:path';
import { s3Config, s3Settings } from '@lego-moc/object-storage/settings';
import { serviceConfig, serviceSettings } from '@lego-moc/service/settings';
import { z } from 'zod';
import { DEFAULT_CATEGORIES } from './contracts/themes.ts';

const settings = z.object({
  ...serviceSettings(9400),
  DATABASE_URL: z.string(),
  /** Themes, parted by commas. */
  WISHLIST_CATEGORIES: z.string().optional(),
  ...s3Settings,
});

const categoriesIn = (listed: string | undefined): readonly string[] =>
  listed?.split(',').flatMap((theme) => (theme.trim() === '' ? [] : [theme.trim()])) ?? DEFAULT_CATEGORIES;

/** The service's settings, read once from the environment. Throws a `ZodError` that names what is missing. */
export const readConfig = (env: NodeJS.ProcessEnv) => {
  const set = settings.parse(env);
  return {
    ...serviceConfig(set),
    databaseUrl: set.DATABASE_URL,
    categories: categoriesIn(set.WISHLIST_CATEGORIES),
    images: { s3: s3Config(set), directory: join(set.LEGO_MOC_DATA_DIR, 'wishlist') },
  };
};

export type Config = ReturnType<typeof readConfig>;
