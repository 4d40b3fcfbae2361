import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { auditReply, migrationReply, type MigrationReply } from '@lego-moc/migration/contracts/http-api';
import { asAdmin } from '@lego-moc/postgres/provision';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { listReply } from '@lego-moc/wishlist/contracts/http-api';
import { PATIENT_TRANSITIONS } from '../legacy-monolith/beside-platform.ts';
import { fillWithMessyData } from '../legacy-monolith/messy-data.ts';
import { createTables } from '../legacy-monolith/monolith.ts';
import { leaveGivenEventStore, PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';
import { json, problemCode, requestsAs, type SendRequest } from './requests.ts';

const WISHES = 1_500;
const WITHIN_MS = 60_000;

describe('moving the wishlist from the monolith and back', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  // Each step stands on the one before it.
  this.retries(0);
  let db: Database;
  let platform: TestPlatform;
  let operator: SendRequest;
  let ada: string;
  let ben: string;

  before(async () => {
    await leaveGivenEventStore();
    [ada, ben] = [devUserId('ada'), devUserId('ben')];
    const postgres = await postgresForTests();
    const url = await postgres.databaseUrl('legacy');
    const admin = new URL(postgres.adminUrl);
    admin.pathname = new URL(url).pathname;
    await asAdmin(admin.href, (queries) =>
      queries.none(`GRANT CREATE ON DATABASE "${admin.pathname.slice(1)}" TO "${new URL(url).username}"`),
    );
    db = openDatabase(url, { schema: 'legacy' });
    closeAfterAllTests(() => db.close());
    await createTables(db);
    await fillWithMessyData(db, { seed: 'migration', wishes: WISHES, users: 30, owners: [ada, ben] });
    platform = await startPlatform({
      LEGACY_DATABASE_URL: url,
      LEGACY_DATABASE_SCHEMA: 'legacy',
      ...PATIENT_TRANSITIONS,
    });
    operator = requestsAs(platform, 'olga', ['operator', 'operator:act']);
  });
  after(() => (platform as TestPlatform | undefined)?.stop());

  const read = async (): Promise<MigrationReply> => {
    const reply = await operator('/ops/migration/migrations/wishlist');
    return migrationReply.parse(await reply.json());
  };
  const send = (action: string, body: object): Promise<Response> =>
    operator(`/ops/migration/migrations/wishlist/${action}`, {
      ...json('POST', { reason: 'planned', ...(action === 'advance' ? { withoutEvidence: true } : {}), ...body }),
      headers: { 'content-type': 'application/json', 'idempotency-key': newId() },
    });
  const readAudit = async () => {
    const reply = await operator('/ops/migration/migrations/wishlist/audit');
    return auditReply.parse(await reply.json());
  };
  /** Tries again as long as an audit runs by which it is judged. */
  const act = async (action: string, body: object = {}): Promise<Response> => {
    for (;;) {
      const reply = await send(action, body);
      if (reply.ok || (await problemCode(reply.clone())) !== 'gate-inconclusive') return reply;
      await pollUntil('the audit ends', readAudit, ({ running }) => !running, WITHIN_MS);
    }
  };
  const reach = async (action: string, state: MigrationReply['state']): Promise<MigrationReply> => {
    const reply = await act(action);
    expect(reply.status, await reply.clone().text()).to.equal(200);
    const migration = await pollUntil(`${action} ends`, read, ({ transition }) => transition === null, WITHIN_MS);
    expect(migration).to.include({ state });
    return migration;
  };
  const audit = async () => {
    const reply = await operator('/ops/migration/migrations/wishlist/audit', { method: 'POST' });
    const body = await reply.text();
    expect(reply.status, body).to.equal(200);
    const status = auditReply.parse(JSON.parse(body));
    return status.running ? pollUntil('the audit ends', readAudit, ({ running }) => !running, WITHIN_MS) : status;
  };
  const insert = async (owner: string, title: string): Promise<void> => {
    await db.none(`INSERT INTO wishlist_items (user_id, title, sort_order) VALUES ($1, $2, '5')`, [owner, title]);
  };
  const titlesAt = async (owner: string): Promise<readonly string[]> =>
    (await db.any<{ title: string }>('SELECT title FROM wishlist_items WHERE user_id = $1', [owner])).map(
      ({ title }) => title,
    );
  const platformTitles = async (name: string): Promise<readonly string[]> => {
    const reply = await requestsAs(platform, name)('/api/wishlist?limit=200');
    return listReply.parse(await reply.json()).items.map(({ title }) => title);
  };
  const addOnPlatform = async (name: string, title: string): Promise<void> => {
    const reply = await requestsAs(platform, name)('/api/wishlist', json('POST', { title }));
    // Old lists may be longer than new ones.
    expect(reply.status, await reply.text()).to.equal(201);
  };

  it('is for operators', async () => {
    expect((await requestsAs(platform, 'ada')('/ops/migration/migrations')).status).to.equal(403);
    expect(await read()).to.include({ state: 'off', percent: 0, epoch: 0 });
  });

  it('refuses a change by an operator who only reads, and one without an Idempotency-Key', async () => {
    const advance = json('POST', { reason: 'planned' });
    const reader = await requestsAs(platform, 'rita', ['operator'])(
      '/ops/migration/migrations/wishlist/advance',
      advance,
    );
    expect([reader.status, await problemCode(reader)]).to.deep.equal([403, 'role-missing']);
    const keyless = await operator('/ops/migration/migrations/wishlist/advance', advance);
    expect([keyless.status, await problemCode(keyless)]).to.deep.equal([400, 'idempotency-key-missing']);
    expect(await read()).to.include({ state: 'off' });
  });

  it('copies every row while the monolith writes, and goes on after a kill', async () => {
    await reach('advance', 'capture');
    const writes = (async () => {
      for (let number = 0; number < 60; number += 1) {
        await insert(number % 2 === 0 ? ada : ben, `written meanwhile ${String(number)}`);
        await db.none(`UPDATE wishlist_items SET title = title || '!' WHERE title = $1`, [
          `written meanwhile ${String(number - 3)}`,
        ]);
        await db.none('DELETE FROM wishlist_items WHERE title = $1', [`written meanwhile ${String(number - 7)}!`]);
      }
    })();
    await platform.killAndAwait('migration');
    await writes;
    const { backfill } = await pollUntil('all is copied', read, (migration) => migration.backfill.completed, WITHIN_MS);
    expect(backfill.rows).to.be.at.least(WISHES);
    expect(backfill.findings).to.be.above(0);
    const report = await pollUntil('both sides agree', audit, ({ differing }) => differing === 0, WITHIN_MS);
    expect(report.rows).to.be.at.least(WISHES);
  });

  it('refuses to move users while a row differs', async () => {
    await act('exceptions', { allow: [ada], deny: [ben] });
    await reach('advance', 'shadow');
    await db.none(`ALTER TABLE wishlist_items DISABLE TRIGGER strangler_capture`);
    await insert(ben, 'nobody saw this');
    await db.none(`ALTER TABLE wishlist_items ENABLE TRIGGER strangler_capture`);
    const refusal = await act('advance');
    expect(refusal.status).to.equal(409);
    expect(await problemCode(refusal)).to.equal('gate-failed');
    const { differences } = await audit();
    expect(differences).to.have.length(1);
    expect(differences[0]).to.deep.include({ table: 'wishlist_items', missing: 'platform' });
    await db.none(`DELETE FROM wishlist_items WHERE title = 'nobody saw this'`);
  });

  it('moves a user: the platform writes, the monolith follows and may not write', async () => {
    await reach('advance', 'canary');
    await db.none('DELETE FROM wishlist_items WHERE user_id = $1', [ben]);
    await expectGuarded(() => insert(ada, 'by the monolith'));
    await insert(ben, 'of ben');
    await addOnPlatform('ada', 'by the platform');
    await pollUntil(
      'the monolith has it',
      () => titlesAt(ada),
      (titles) => titles.includes('by the platform'),
      WITHIN_MS,
    );
    await pollUntil(
      'ben is followed',
      () => platformTitles('ben'),
      (titles) => titles.includes('of ben'),
      WITHIN_MS,
    );
    expect((await audit()).differences).to.deep.equal([]);
  });

  it('rolls back in one call, and loses nothing that was written', async () => {
    for (let number = 0; number < 5; number += 1) await addOnPlatform('ada', `late ${String(number)}`);
    await reach('rollback', 'shadow');
    expect(await titlesAt(ada)).to.include.members(['by the platform', 'late 0', 'late 4']);
    await insert(ada, 'by the monolith again');
    await pollUntil(
      'the platform follows',
      () => platformTitles('ada'),
      (titles) => titles.includes('by the monolith again'),
      WITHIN_MS,
    );
    expect((await audit()).differences).to.deep.equal([]);
  });

  it('takes everything out of the monolith when it is off', async () => {
    await reach('rollback', 'off');
    const schemas = await pollUntil(
      'the schema is gone',
      () => db.any(`SELECT 1 FROM information_schema.schemata WHERE schema_name = 'strangler'`),
      (rows) => rows.length === 0,
    );
    expect(schemas).to.deep.equal([]);
    await insert(ada, 'free');
  });
});

const expectGuarded = async (write: () => Promise<void>): Promise<void> => {
  const refusal: unknown = await write().catch((error: unknown) => error);
  expect(refusal).to.have.property('code', 'LM001');
};
