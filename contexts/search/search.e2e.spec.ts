import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import getPort from 'get-port';
import { pollUntil } from '@lego-moc/application/poll-until';
import { ensureServiceKeys } from '@lego-moc/auth-middleware/service-keys';
import { signerFromFile } from '@lego-moc/auth-middleware/user-context';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import type { IntegrationEvent } from '@lego-moc/event-store/integration-events';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, JsonObject, UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import type { MocPayload } from '@lego-moc/moc-management/contracts/integration-events';
import { serviceClient, type ServiceClient } from '@lego-moc/resilience/http-client';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { DOCUMENT_COLUMNS } from './application/documents.ts';
import { searchPage, type FoundMoc } from './contracts/http-api.ts';

type Announcement = { readonly type: string; readonly data: JsonObject };

/** A word that nothing else is spelt like: the stream of announcements belongs to the whole run. */
const rareWord = (): string => randomBytes(12).toString('hex');

const announcementOf = (mocId: string, title: string, revision: number, change: object = {}): Announcement => {
  const payload = {
    ...{ status: 'published', mocId, owner: 'ada', title, description: '', theme: '', tags: [], totalPieces: 1 },
    ...{ partsLists: [], files: [], createdAt: '2026-01-01T12:00:00.000Z', publishedAt: '2026-01-01T12:00:00.000Z' },
    ...{ changed: [], ...change },
  } as MocPayload;
  const data: IntegrationEvent<MocPayload> = {
    eventType: 'moc.updated',
    eventId: newId(),
    timestamp: '2026-01-01T12:00:00.000Z' as Instant,
    correlationId: newId(),
    source: 'moc-management',
    subject: mocId,
    revision: String(revision),
    payload,
  };
  return { type: 'moc.updated', data: data };
};

describe('searching announced MOCs', function () {
  this.timeout(90_000);

  let folder: string;
  let environment: NodeJS.ProcessEnv;
  let announcements: EventStreams<Announcement>;
  let client: ServiceClient;
  let running: ChildProcess | undefined;

  const kill = async (): Promise<void> => {
    if (running?.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  };

  const start = async (): Promise<void> => {
    running = fork(join(import.meta.dirname, 'main.ts'), {
      env: environment,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const ready = (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${environment['PORT'] ?? ''}/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    await pollUntil('the service is ready', ready, Boolean, 30_000);
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'search-'));
    await ensureServiceKeys(folder, ['moc-management']);
    const eventStore = await eventStoreForTests();
    const postgres = await postgresForTests();
    announcements = eventStoreDbStreams<Announcement>(eventStore.client, 'integration', {
      encode: (event) => event,
      decode: (type, data) => ({ type, data: data as JsonObject }),
    });
    const port = await getPort();
    environment = {
      ...process.env,
      ...{ PORT: String(port), LOG_LEVEL: 'error', EVENTSTORE_URL: eventStore.url },
      DATABASE_URL: await postgres.databaseUrl('search'),
      SERVICE_JWKS_PATH: join(folder, 'services.jwks.json'),
    };
    client = serviceClient({
      service: 'search',
      baseUrl: `http://127.0.0.1:${port}`,
      sign: signerFromFile(join(folder, 'moc-management.jwk.json'), 'moc-management'),
      logger: silentLogger,
    });
    await start();
  });

  after(async () => {
    await kill();
    await client.close();
    await rm(folder, { recursive: true, force: true });
  });

  const announce = (...events: readonly Announcement[]): Promise<unknown> =>
    announcements.append('moc-management', events, 'any', {
      commandId: newId(),
      correlationId: newId(),
      actor: 'a test',
    });

  const search = async (query: Record<string, string>, by = 'bob'): Promise<readonly FoundMoc[]> => {
    const result: FoundMoc[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const path = `/v1/search?${String(new URLSearchParams({ ...query, limit: '100', ...(cursor === '' ? {} : { cursor }) }))}`;
      const context = { correlationId: newId(), user: { id: by as UserId, roles: [] } };
      const { status, body } = await client.call({ method: 'GET', path, context });
      expect(status).to.equal(200);
      const page = searchPage.parse(body);
      result.push(...page.items.flatMap((item) => (item.type === 'moc' ? [item] : [])));
      cursor = page.nextCursor;
    }
    return result;
  };

  it('finds a MOC soon after it was announced, and a draft for its owner only', async () => {
    const word = rareWord();
    const [mocId, draftId] = [newId(), newId()];
    await announce(
      announcementOf(mocId, `Crane ${word}`, 0),
      announcementOf(draftId, `Draft ${word}`, 0, { status: 'draft', publishedAt: null }),
    );
    await pollUntil('both are found', async () => (await search({ q: word }, 'ada')).length === 2);
    expect((await search({ q: word })).map((moc) => moc.mocId)).to.deep.equal([mocId]);
  });

  it('answers /ops to operators only', async () => {
    const statusFor = async (roles: readonly string[]): Promise<number> => {
      const context = { correlationId: newId(), user: { id: 'olga' as UserId, roles } };
      return (await client.call({ method: 'GET', path: '/ops/projections', context })).status;
    };
    expect([await statusFor([]), await statusFor(['operator'])]).to.deep.equal([403, 200]);
  });

  it('indexes everything once when it is killed three times meanwhile', async function () {
    // After each kill, what the process had taken is delivered again when its subscription's message timeout is over.
    this.timeout(240_000);
    const word = rareWord();
    const mocs = Array.from({ length: 300 }, (_, number) => ({ mocId: newId(), number }));
    const title = (number: number, revision: number): string => `Tower ${word} ${number} r${revision}`;
    for (const revision of [0, 1, 2])
      await announce(...mocs.map(({ mocId, number }) => announcementOf(mocId, title(number, revision), revision)));

    for (let deaths = 0; deaths < 3; deaths += 1) {
      const before = (await search({ q: word })).length;
      await pollUntil('it goes on', async () => before === 300 || (await search({ q: word })).length > before);
      await kill();
      await start();
    }

    const expectedTitles = mocs.map(({ number }) => title(number, 2)).sort();
    await pollUntil(
      'each is found once, as announced last',
      async () => {
        const titles = (await search({ q: word })).map((moc) => moc.title).sort();
        return JSON.stringify(titles) === JSON.stringify(expectedTitles);
      },
      Boolean,
      90_000,
    );
  });

  /** Makes the rows of MOCs those of a release that did not know the column `short_keys`. */
  const makeFormer = async (db: Database): Promise<number> => {
    const { generation } = await db.one<{ generation: number }>(
      `UPDATE projection SET shape = 'of another release' WHERE name = 'moc-index' RETURNING generation`,
    );
    await db.none(`ALTER TABLE moc_index_${generation} DROP COLUMN short_keys CASCADE`);
    const columns = Object.keys(DOCUMENT_COLUMNS).filter((column) => column !== 'short_keys');
    const all = ['id', 'revision', 'updated_at', 'document', 'heading', 'names', ...columns];
    await db.none(`CREATE VIEW moc_index AS SELECT ${all.join(', ')} FROM moc_index_${generation} WHERE NOT gone`);
    return generation;
  };

  it('answers from the rows of another release until they are rebuilt, and then has what came meanwhile', async () => {
    const word = rareWord();
    await announce(announcementOf(newId(), `Ferry ${word}`, 0));
    await pollUntil('it is found', async () => (await search({ q: word })).length === 1);
    await kill();
    const db = openDatabase(environment['DATABASE_URL'] ?? '', { schema: 'search' });
    try {
      const generation = await makeFormer(db);
      await db.withoutTimeouts.tx(async (transaction) => {
        // Nobody rebuilds while this is held.
        await transaction.one(
          `SELECT pg_advisory_xact_lock(hashtextextended('rebuild of search.moc-index', 1))::text AS lock`,
        );
        await start();
        await announce(announcementOf(newId(), `Harbour ${word}`, 0));
        for (let count = 0; count < 20; count += 1)
          expect((await search({ q: word })).map(({ title }) => title)).to.deep.equal([`Ferry ${word}`]);
      });
      await pollUntil('both are found', async () => (await search({ q: word })).length === 2, Boolean, 60_000);
      const now = await db.one<{ generation: number }>(`SELECT generation FROM projection WHERE name = 'moc-index'`);
      expect(now.generation).to.equal(generation + 1);
    } finally {
      await db.close();
    }
  });
});
