import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { serve } from '@lego-moc/http/serve';
import { createLogger } from '@lego-moc/logger/logger';
import { openDatabase } from '@lego-moc/postgres/database';
import { verifyTokensOf } from './caller.ts';
import { CACHE_MS, createMonolith, createTables } from './monolith.ts';

const settings = z
  .object({
    PORT: z.coerce.number().int(),
    LEGACY_DATABASE_URL: z.url(),
    LEGACY_DATABASE_SCHEMA: z.string().default('public'),
    AUTH_JWKS_URL: z.url(),
    AUTH_ISSUER: z.string(),
    LEGACY_CACHE_MS: z.coerce.number().int().nonnegative().default(CACHE_MS),
    LEGACY_UPLOADS_PATH: z.string().optional(),
  })
  .parse(process.env);

const logger = createLogger('legacy-monolith', 'warn');
const db = openDatabase(settings.LEGACY_DATABASE_URL, { schema: settings.LEGACY_DATABASE_SCHEMA });
await createTables(db);
const monolith = createMonolith({
  db,
  verifyToken: verifyTokensOf(settings.AUTH_JWKS_URL, { issuer: settings.AUTH_ISSUER }),
  uploadsFolder: settings.LEGACY_UPLOADS_PATH ?? (await mkdtemp(join(tmpdir(), 'legacy-uploads-'))),
  cacheMs: settings.LEGACY_CACHE_MS,
  report: (error) => logger.error('Request failed', { error }),
});
await serve(monolith, { port: settings.PORT, logger });
