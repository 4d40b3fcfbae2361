import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_PORTS, LOCAL_ISSUER_URL } from '@lego-moc/http/default-ports';
import { serve } from '@lego-moc/http/serve';
import { createLogger } from '@lego-moc/logger/logger';
import { asAdmin } from '@lego-moc/postgres/provision';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { verifyTokensOf } from './caller.ts';
import { createMonolith, createTables } from './monolith.ts';

export type MonolithDatabase = { readonly url: string; readonly db: Database };

export const SCHEMA = 'legacy';

/** An empty database of a monolith, whose account may add a schema and triggers. */
export const createMonolithDatabase = async (): Promise<MonolithDatabase> => {
  const postgres = await postgresForTests();
  const url = await postgres.databaseUrl(SCHEMA);
  const admin = new URL(postgres.adminUrl);
  admin.pathname = new URL(url).pathname;
  await asAdmin(admin.href, (queries) =>
    queries.none(`GRANT CREATE ON DATABASE "${admin.pathname.slice(1)}" TO "${new URL(url).username}"`),
  );
  const db = openDatabase(url, { schema: SCHEMA });
  await createTables(db);
  return { url, db };
};

/** The variables with which a platform starts beside a monolith on that port. */
export const besideMonolith = (url: string, port: number): Readonly<Record<string, string>> => ({
  LEGACY_DATABASE_URL: url,
  LEGACY_DATABASE_SCHEMA: SCHEMA,
  LEGACY_URL: `http://127.0.0.1:${String(port)}`,
});

/** A busy machine may need longer for a transition than production allows; writes are refused meanwhile. */
export const PATIENT_TRANSITIONS = { MIGRATION_HOLD_MAX_MS: '20000' };

/** Serves the monolith beside a platform, whose tokens it takes. Resolves with what stops it. */
export const serveMonolith = async (
  db: Database,
  port: number,
  ports: ReadonlyMap<string, number>,
): Promise<() => Promise<void>> => {
  const uploadsFolder = mkdtempSync(join(tmpdir(), 'legacy-uploads-'));
  const logger = createLogger('legacy-monolith', 'error');
  const jwksUrl = `http://127.0.0.1:${String(ports.get('identity') ?? DEFAULT_PORTS.identity)}/.well-known/jwks.json`;
  const monolith = createMonolith({
    ...{ db, uploadsFolder, cacheMs: 0 },
    verifyToken: verifyTokensOf(jwksUrl, { issuer: LOCAL_ISSUER_URL }),
    report: (error) => logger.error('Request failed', { error }),
  });
  const server = await serve(monolith, { port, logger, signals: false });
  return async () => {
    await server.stop();
    rmSync(uploadsFolder, { recursive: true, force: true });
  };
};
