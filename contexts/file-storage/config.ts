import { join } from 'node:path';
import { s3Config, s3Settings } from '@lego-moc/object-storage/settings';
import { serviceConfig, serviceSettings, type ServiceConfig } from '@lego-moc/service/settings';
import { z } from 'zod';

const environment = z.object({
  ...serviceSettings(9800),
  /** Where browsers find `/files/…` of this service. */
  PUBLIC_FILES_URL: z.url().default('http://127.0.0.1:9000/api/files'),
  /** Signs download URLs; without it a secret is made once and kept beside the files. */
  FILE_URL_SECRET: z.string().min(32).optional(),
  ...s3Settings,
  CLAMAV_URL: z.url({ protocol: /^tcp$/ }).optional(),
  UPLOAD_BYTES_MAX: z.coerce.number().int().positive().optional(),
  /** Bytes that no event names are removed when nothing was added to them for this long. */
  ORPHAN_AGE_MS: z.coerce.number().int().min(1_000).default(20_000),
  SWEEP_EVERY_MS: z.coerce.number().int().min(100).default(5_000),
});

export type Config = ServiceConfig & {
  readonly files:
    | { readonly kind: 's3'; readonly endpoint?: string; readonly region: string; readonly bucket: string }
    | { readonly kind: 'directory'; readonly directory: string; readonly publicUrl: string; readonly secret?: string };
  readonly clamavUrl: string | undefined;
  readonly uploadBytesMax: number | undefined;
  readonly orphanAgeMs: number;
  readonly sweepEveryMs: number;
};

const filesIn = (env: z.infer<typeof environment>): Config['files'] => {
  const s3 = s3Config(env);
  return s3 === undefined
    ? {
        kind: 'directory',
        directory: join(env.LEGO_MOC_DATA_DIR, 'files'),
        publicUrl: env.PUBLIC_FILES_URL,
        ...(env.FILE_URL_SECRET === undefined ? {} : { secret: env.FILE_URL_SECRET }),
      }
    : { kind: 's3', ...s3 };
};

/** Reads the environment; throws a `ZodError` that names every variable at fault. */
export const readConfig = (variables: NodeJS.ProcessEnv): Config => {
  const env = environment.parse(variables);
  return {
    ...serviceConfig(env),
    files: filesIn(env),
    clamavUrl: env.CLAMAV_URL,
    uploadBytesMax: env.UPLOAD_BYTES_MAX,
    orphanAgeMs: env.ORPHAN_AGE_MS,
    sweepEveryMs: env.SWEEP_EVERY_MS,
  };
};
