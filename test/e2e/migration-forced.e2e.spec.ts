import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import type { MigrationReply } from '@lego-moc/migration/contracts/http-api';
import type { Database } from '@lego-moc/postgres/database';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { migrationClient, type MigrationClient } from '../../tools/migrate/migration-client.ts';
import { createMonolithDatabase, PATIENT_TRANSITIONS, SCHEMA } from '../legacy-monolith/beside-platform.ts';
import { leaveGivenEventStore, PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';
import { json, requestsAs } from './requests.ts';

const WITHIN_MS = 90_000;
const NAME = 'wishlist';

describe('going back although a side cannot be asked', function () {
  this.timeout(3 * PLATFORM_WITHIN_MS);
  // Each step stands on the one before it.
  this.retries(0);
  let platform: TestPlatform;
  let db: Database;
  let operator: MigrationClient;
  const ada = devUserId('ada');

  before(async () => {
    await leaveGivenEventStore();
    const monolith = await createMonolithDatabase();
    db = monolith.db;
    closeAfterAllTests(() => db.close());
    await db.none(`INSERT INTO wishlist_items (user_id, title, sort_order) VALUES ($1, 'Castle', '1')`, [ada]);
    platform = await startPlatform({
      LEGACY_DATABASE_URL: monolith.url,
      LEGACY_DATABASE_SCHEMA: SCHEMA,
      ...PATIENT_TRANSITIONS,
    });
    const token = await platform.token('olga', ['operator', 'operator:act']);
    operator = await migrationClient({ LEGO_MOC_URL: platform.url, LEGO_MOC_TOKEN: token });
  });
  after(() => (platform as TestPlatform | undefined)?.stop());

  const read = (): Promise<MigrationReply> => operator.read(NAME);
  const advanceTo = async (state: MigrationReply['state']): Promise<void> => {
    const body = { reason: 'planned', withoutEvidence: true };
    await pollUntil(
      `it is at ${state}`,
      async () => {
        const migration = await read();
        if (migration.state !== state && migration.transition === null)
          await operator.act(NAME, 'advance', body).catch(() => undefined);
        return read();
      },
      (migration) => migration.state === state && migration.transition === null,
      WITHIN_MS,
    );
  };
  const titles = async (): Promise<readonly string[]> =>
    (await db.any<{ title: string }>('SELECT title FROM wishlist_items WHERE user_id = $1 ORDER BY title', [ada])).map(
      ({ title }) => title,
    );
  const audit = async () => {
    await operator.startAudit(NAME);
    return pollUntil(
      'the audit ends',
      () => operator.readAudit(NAME),
      ({ running }) => !running,
      WITHIN_MS,
    );
  };

  it('says how many writes are not at the monolith', async () => {
    await advanceTo('capture');
    await pollUntil('all is copied', read, ({ backfill }) => backfill.completed, WITHIN_MS);
    await advanceTo('shadow');
    await operator.act(NAME, 'exceptions', { reason: 'a tester', allow: [ada] });
    await advanceTo('canary');
    // Readers pass, and whoever writes waits: the follower gives up.
    await db.tx(async (transaction) => {
      await transaction.none('LOCK TABLE wishlist_items IN EXCLUSIVE MODE');
      const reply = await requestsAs(platform, 'ada')(
        '/api/wishlist',
        json('POST', { title: 'Written on the platform' }),
      );
      expect(reply.status, await reply.text()).to.equal(201);
      await operator.act(NAME, 'rollback', { reason: 'the monolith hangs', force: true });
      await pollUntil(
        'it went back',
        read,
        ({ state, transition }) => state === 'shadow' && transition === null,
        WITHIN_MS,
      );
    });
    expect(await titles()).to.deep.equal(['Castle']);
    const { stranded } = await pollUntil('it is known', read, (migration) => migration.stranded !== null, WITHIN_MS);
    expect(stranded).to.equal(1);
  });

  it('keeps both versions until a person decides, then gives both sides that one', async () => {
    const { differences } = await audit();
    expect(differences).to.have.length(1);
    expect(differences[0]).to.include({ missing: 'legacy' });
    expect(await operator.reconcile(NAME, { reason: 'ada wants it', keep: 'platform' })).to.equal(1);
    expect(await titles()).to.deep.equal(['Castle', 'Written on the platform']);
    expect((await audit()).differing).to.equal(0);
    expect((await read()).stranded).to.equal(0);
  });

  it('takes over the version of the monolith just as well', async () => {
    await db.tx(async (transaction) => {
      await transaction.none('ALTER TABLE wishlist_items DISABLE TRIGGER USER');
      await transaction.none(`UPDATE wishlist_items SET title = 'Changed' WHERE title = 'Castle'`);
      await transaction.none(`DELETE FROM wishlist_items WHERE title = 'Written on the platform'`);
      await transaction.none('ALTER TABLE wishlist_items ENABLE TRIGGER USER');
    });
    expect((await audit()).differing).to.equal(2);
    expect(await operator.reconcile(NAME, { reason: 'the monolith is right', keep: 'legacy' })).to.equal(2);
    await pollUntil('both sides agree', audit, ({ differing }) => differing === 0, WITHIN_MS);
    expect(await titles()).to.deep.equal(['Changed']);
  });

  it('finds what only the platform has', async () => {
    await db.none('ALTER TABLE wishlist_items DISABLE TRIGGER USER');
    await db.none('DELETE FROM wishlist_items WHERE user_id = $1', [ada]);
    await db.none('ALTER TABLE wishlist_items ENABLE TRIGGER USER');
    const { differing, differences } = await audit();
    expect(differing).to.equal(1);
    expect(differences[0]).to.include({ missing: 'legacy' });
  });
});
