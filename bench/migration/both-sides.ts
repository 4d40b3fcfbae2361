import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { devUserId, issueToken } from '@lego-moc/embedded-identity/issue-token';
import { LOCAL_ISSUER_URL } from '@lego-moc/http/default-ports';
import { superviseChild } from '@lego-moc/local/child';
import { startPlatform } from '@lego-moc/local/platform';
import { freePorts } from '@lego-moc/local/ports';
import getPort from 'get-port';
import { besideMonolith, SCHEMA } from '../../test/legacy-monolith/beside-platform.ts';
import { startMonolithDatabase } from '../../test/legacy-monolith/demo/monolith-database.ts';
import { fillWithMessyData } from '../../test/legacy-monolith/messy-data.ts';
import { legacyClient } from '../../test/legacy-monolith/writers.ts';
import { migrationClient, Refusal } from '../../tools/migrate/migration-client.ts';

const NAME = 'wishlist';
const MOVED_WITHIN_MS = 600_000;
const USERS = Array.from({ length: 12 }, (_, number) => `bench-${String(number)}`);

/** Gates must not end a measurement. */
const SETTINGS = { MIGRATION_ON_BREACH: 'nothing', MIGRATION_TOLERANCE: '1000', RATE_LIMIT_SCALE: '1000' };

type MonolithOptions = {
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly port: number;
  readonly identityPort: number | undefined;
};

const superviseMonolith = ({ dataDir, databaseUrl, port, identityPort }: MonolithOptions) =>
  superviseChild(
    {
      name: 'monolith',
      entry: resolve(import.meta.dirname, '../../test/legacy-monolith/main.ts'),
      env: {
        ...process.env,
        ...{
          PORT: String(port),
          LEGACY_DATABASE_URL: databaseUrl,
          LEGACY_DATABASE_SCHEMA: SCHEMA,
          LEGACY_CACHE_MS: '0',
        },
        AUTH_JWKS_URL: `http://127.0.0.1:${String(identityPort)}/.well-known/jwks.json`,
        AUTH_ISSUER: LOCAL_ISSUER_URL,
      },
      logFile: join(dataDir, 'monolith.log'),
      isReady: async () => (await fetch(`http://127.0.0.1:${String(port)}/health`).catch(() => undefined))?.ok === true,
    },
    () => undefined,
  );

/** The monolith with so many wishes, a process of its own, and the platform beside it. */
export const startBothSides = async (wishes: number) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-migration-'));
  const database = await startMonolithDatabase(dataDir);
  const owners = USERS.map(devUserId);
  await fillWithMessyData(database.db, { seed: 'bench', wishes, users: Math.ceil(wishes / 20), owners });
  const [port, ports] = [await getPort(), await freePorts()];
  const platform = startPlatform({
    ...{ dataDir, ports },
    env: { ...process.env, ...SETTINGS, ...besideMonolith(database.url, port) },
  });
  await platform.ready;
  const monolithUrl = `http://127.0.0.1:${String(port)}`;
  const monolith = superviseMonolith({ dataDir, databaseUrl: database.url, port, identityPort: ports.get('identity') });
  await monolith.untilReady();

  const token = (name: string, roles: readonly string[] = []): Promise<string> => issueToken(dataDir, { name, roles });
  const operator = await migrationClient({
    LEGO_MOC_URL: platform.url,
    LEGO_MOC_TOKEN: await token('operator', ['operator', 'operator:act']),
  });

  /** Waits until the migration is where it should be; begins the transition again as long as it is not. */
  const move = async (action: 'advance' | 'rollback', state: string, percent: number): Promise<void> => {
    const until = Date.now() + MOVED_WITHIN_MS;
    const body = { reason: 'measured', ...(action === 'advance' ? { withoutEvidence: true } : {}) };
    while (Date.now() < until) {
      const migration = await operator.read(NAME);
      if (migration.state === state && migration.percent === percent && migration.transition === null) return;
      if (migration.transition === null)
        await operator.act(NAME, action, body).catch((error: unknown) => {
          if (!(error instanceof Refusal)) throw error;
        });
      await sleep(20);
    }
    throw new Error(`${action} did not lead to ${state}`);
  };

  return {
    ...{ db: database.db, gatewayUrl: platform.url, monolithUrl, operator, move, token, users: USERS },
    /** Copies all rows; resolves with how many and how long it took. */
    backfill: async (): Promise<{ readonly rows: number; readonly seconds: number }> => {
      const startedAt = performance.now();
      await move('advance', 'capture', 0);
      for (;;) {
        const { backfill } = await operator.read(NAME);
        if (backfill.completed) return { rows: backfill.rows, seconds: (performance.now() - startedAt) / 1_000 };
        await sleep(50);
      }
    },
    clientAt: async (url: string, name: string, roles: readonly string[] = []) =>
      legacyClient(url, await token(name, roles)),
    stop: async (): Promise<void> => {
      await platform.stop();
      await monolith.stop();
      await database.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

export type BothSides = Awaited<ReturnType<typeof startBothSides>>;
