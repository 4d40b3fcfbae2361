import { join } from 'node:path';
import { serviceConfig, serviceSettings } from '@lego-moc/service/settings';
import { z } from 'zod';
import { DEFAULT_CATEGORIES } from './contracts/themes.ts';

const settings = z.object({
  ...serviceSettings(9400),
  DATABASE_URL: z.string(),
  /** Themes, parted by commas. */
  WISHLIST_CATEGORIES: z.string().optional(),
  S3_ENDPOINT: z.url().optional(),
  S3_BUCKET: z.string().optional(),
  AWS_REGION: z.string().default('us-east-1'),
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
    imagesDirectory: join(set.LEGO_MOC_DATA_DIR, 'wishlist'),
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
