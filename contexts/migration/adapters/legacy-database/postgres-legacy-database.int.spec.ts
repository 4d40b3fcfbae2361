import { expect } from 'chai';
import { bucketOf, sideAt } from '../../contracts/routing.ts';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { asAdmin } from '@lego-moc/postgres/provision';
import type { LegacyDatabase, OutboxPosition } from '../../application/ports/legacy-database.ts';
import { postgresLegacyDatabase } from './postgres-legacy-database.ts';

const TABLE = { name: 'wishlist_items', ownedBy: 'user_id' } as const;
const NO_EXCEPTIONS = { allow: [], deny: [], nextPercent: null };

describe("the monolith's database", () => {
  let db: Database;
  let legacy: LegacyDatabase;
  let url: string;

  before(async () => {
    const postgres = await postgresForTests();
    url = await postgres.databaseUrl('legacy');
    const admin = new URL(postgres.adminUrl);
    admin.pathname = new URL(url).pathname;
    // Installing takes the right to create a schema in the database.
    await asAdmin(admin.href, (queries) =>
      queries.none(`GRANT CREATE ON DATABASE "${admin.pathname.slice(1)}" TO "${new URL(url).username}"`),
    );
    db = openDatabase(url, { schema: 'legacy' });
    await db.none(`CREATE TABLE wishlist_items (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id text NOT NULL, title text NOT NULL,
      sort_order text NOT NULL DEFAULT '0', created_at timestamp NOT NULL DEFAULT now())`);
    legacy = postgresLegacyDatabase(url, 'legacy');
    await legacy.install('wishlist', [TABLE]);
    await legacy.install('wishlist', [TABLE]);
  });
  after(async () => {
    await legacy.close();
    await db.close();
  });

  const insert = async (userId: string, title: string, queries: Pick<Database, 'one'> = db): Promise<string> =>
    (
      await queries.one<{ id: string }>('INSERT INTO wishlist_items (user_id, title) VALUES ($1, $2) RETURNING id', [
        userId,
        title,
      ])
    ).id;

  /** All changes behind `position`, a page of `limit` at a time. */
  const follow = async (position: OutboxPosition, limit = 2) => {
    const titles: string[] = [];
    for (;;) {
      const page = await legacy.readOutbox([TABLE.name], position, limit);
      titles.push(...page.changes.map(({ operation, row }) => `${operation} ${String(row['title'])}`));
      position = page.next;
      if (page.isCaughtUp) return { titles, position };
    }
  };

  it('tells every change once, with the row after it, or before its deletion', async () => {
    const start = await legacy.outboxEnd();
    const id = await insert('ada', 'Castle');
    await db.none(`UPDATE wishlist_items SET title = 'Tower' WHERE id = $1`, [id]);
    await insert('ada', 'Crane');
    await db.none('DELETE FROM wishlist_items WHERE id = $1', [id]);
    const { titles, position } = await follow(start);
    expect(titles).to.deep.equal(['insert Castle', 'update Tower', 'insert Crane', 'delete Tower']);
    expect((await follow(position)).titles).to.deep.equal([]);
  });

  it('waits for a transaction that drew its number first and commits last', async () => {
    const start = await legacy.outboxEnd();
    let position = start;
    const titles: string[] = [];
    await db.tx(async (slow) => {
      await insert('ada', 'first', slow);
      await insert('ben', 'second');
      const page = await follow(position);
      titles.push(...page.titles);
      position = page.position;
      expect(titles).to.deep.equal([]);
    });
    titles.push(...(await follow(position)).titles);
    expect(titles).to.have.members(['insert first', 'insert second']);
  });

  it('leaves out what the platform wrote itself', async () => {
    const start = await legacy.outboxEnd();
    const id = await insert('ada', 'own');
    const row = { id, user_id: 'ada', title: 'platform', sort_order: '3', created_at: '2026-01-01T00:00:00.000001' };
    await legacy.applyChanges(TABLE.name, { upserts: [row], deletions: [] });
    expect((await follow(start)).titles).to.deep.equal(['insert own']);
    const [stored] = (await legacy.readRows(TABLE.name, undefined, 1_000)).filter((candidate) => candidate.id === id);
    expect(stored).to.deep.equal(row);
    await legacy.applyChanges(TABLE.name, { upserts: [], deletions: [id] });
    expect((await legacy.readRows(TABLE.name, undefined, 1_000)).map((candidate) => candidate.id)).not.to.include(id);
  });

  it('puts the same users on the same side as the gateway does', async () => {
    const rule = { capability: 'wishlist', allow: ['allowed'], deny: ['denied'] } as const;
    const users = ['allowed', 'denied', ...Array.from({ length: 200 }, (_, number) => `Builder ${String(number)} ü`)];
    for (const percent of [0, 1, 10, 50, 100]) {
      const rows = await db.any<{ id: string; moved: boolean }>(
        `SELECT u AS id, strangler.is_moved('wishlist', u, $1, '{allowed}', '{denied}') AS moved FROM unnest($2::text[]) u`,
        [percent, users],
      );
      for (const { id, moved } of rows)
        expect(moved, `${id} at ${String(percent)} %`).to.equal(sideAt(rule, percent, id) === 'platform');
    }
    expect(bucketOf('wishlist', 'ada')).to.equal(bucketOf('wishlist', 'ada'));
  });

  it('refuses writes of the monolith for users that the platform writes for, or that are held', async () => {
    const users = Array.from({ length: 60 }, (_, number) => `user ${String(number)}`);
    const rule = { capability: 'wishlist', allow: [], deny: [] } as const;
    const refusedUsers = async (): Promise<string[]> => {
      const names: string[] = [];
      for (const user of users)
        await insert(user, 'x').catch((error: unknown) => {
          expect(error).to.have.property('code', 'LM001');
          names.push(user);
        });
      return names;
    };
    const movedAt = (percent: number) => users.filter((user) => sideAt(rule, percent, user) === 'platform');

    await legacy.setAuthority('wishlist', { ...NO_EXCEPTIONS, epoch: 1, percent: 10 });
    expect(await refusedUsers()).to.deep.equal(movedAt(10));
    await legacy.setAuthority('wishlist', { ...NO_EXCEPTIONS, epoch: 2, percent: 10, nextPercent: 50 });
    expect(await refusedUsers()).to.deep.equal(movedAt(50));
    await legacy.setAuthority('wishlist', { ...NO_EXCEPTIONS, epoch: 1, percent: 0 });
    expect(await refusedUsers(), 'an older epoch changes nothing').to.deep.equal(movedAt(50));
    await legacy.setAuthority('wishlist', { ...NO_EXCEPTIONS, epoch: 3, percent: 0 });
    expect(await refusedUsers()).to.deep.equal([]);
  });

  it('changes authority only when the writes that began before have ended', async () => {
    const order: string[] = [];
    let change: Promise<unknown> = Promise.resolve();
    await db.tx(async (slow) => {
      await insert('slow', 'x', slow);
      change = legacy
        .setAuthority('wishlist', { ...NO_EXCEPTIONS, epoch: 4, percent: 100 })
        .then(() => order.push('authority moved'));
      await db.one('SELECT pg_sleep(0.2)::text AS slept');
      await insert('slow', 'y', slow);
      order.push('last write');
    });
    await change;
    expect(order).to.deep.equal(['last write', 'authority moved']);
    await legacy.setAuthority('wishlist', { ...NO_EXCEPTIONS, epoch: 5, percent: 0 });
  });

  it('names those of the users that have rows', async () => {
    await insert('erna', 'Castle');
    await insert('erna', 'Ship');
    expect(await legacy.ownersAmong(TABLE.name, ['nobody', 'erna'])).to.deep.equal(['erna']);
    expect(await legacy.ownersAmong(TABLE.name, [])).to.deep.equal([]);
  });

  it('captures rows as they are, and missing ones as deleted', async () => {
    const id = await insert('fred', 'Castle');
    const missing = { id: '00000000-0000-4000-8000-000000000001', user_id: 'fred', title: 'gone' };
    const start = await legacy.outboxEnd();
    await legacy.captureRows(TABLE.name, [id], [missing]);
    expect((await follow(start)).titles).to.deep.equal(['update Castle', 'delete gone']);
    await legacy.captureRows(TABLE.name, [], []);
  });

  it('leaves nothing behind when it is uninstalled', async () => {
    await legacy.uninstall();
    await insert('ada', 'free');
    const rows = await db.any(`SELECT 1 FROM information_schema.triggers WHERE trigger_name LIKE 'strangler%'`);
    expect(rows).to.deep.equal([]);
    expect(await db.any(`SELECT 1 FROM information_schema.schemata WHERE schema_name = 'strangler'`)).to.deep.equal([]);
  });
});
