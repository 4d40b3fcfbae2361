import { expect } from 'chai';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { copyRows } from './copy.ts';
import { DatabaseUnavailable, inTransaction, openDatabase, type Database } from './database.ts';
import { migrate, MigrationChanged } from './migrations.ts';
import { provisionSchema } from './provision.ts';

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a database', function () {
  this.timeout(30_000);
  let url: string;
  let db: Database;

  before(async () => {
    url = await (await postgresForTests()).databaseUrl('toys');
    db = openDatabase(url, { schema: 'toys' });
  });

  after(() => db.close());

  it('reads dates as texts and 64-bit integers as bigint', async () => {
    const row = await db.one(
      `SELECT 9007199254740993::int8 AS big, 7::int4 AS small, '2026-01-01T12:00:00.123456+02'::timestamptz AS at,
         '2026-02-03'::date AS day, '{"a":[1]}'::jsonb AS json, ARRAY['x','y'] AS texts, NULL AS nothing`,
    );
    expect(row).to.deep.equal({
      big: 9007199254740993n,
      small: 7,
      at: '2026-01-01T10:00:00.123Z',
      day: '2026-02-03',
      json: { a: [1] },
      texts: ['x', 'y'],
      nothing: null,
    });
  });

  it('passes values through unchanged, whatever SQL they contain', async () => {
    const nasty = "'; DROP TABLE bricks; -- \\ $1 ✓";
    expect(await db.one('SELECT $1 AS text', [nasty])).to.deep.equal({ text: nasty });
    const values = [nasty, 2n ** 62n, ['x', nasty], null, '{"a":[1]}'];
    const bound = await db.oneBound(
      'SELECT $1::text AS text, $2::int8 AS big, $3::text[] AS texts, $4::int4 AS nothing, $5::json AS json',
      values,
    );
    expect(bound).to.deep.equal({
      text: nasty,
      big: 2n ** 62n,
      texts: ['x', nasty],
      nothing: null,
      json: { a: [1] },
    });
    expect(await db.one('SELECT $<big>::int8 + 1 AS next', { big: 2n ** 62n })).to.deep.equal({ next: 2n ** 62n + 1n });
  });

  it('rolls a transaction back when its work throws', async () => {
    await db.none('CREATE TABLE shelf (name text PRIMARY KEY)');
    const error = await thrownBy(
      inTransaction(db, async (transaction) => {
        await transaction.none("INSERT INTO shelf VALUES ('red')");
        throw new Error('second thoughts');
      }),
    );
    expect(error).to.match(/second thoughts/);
    expect((await db.result("DELETE FROM shelf WHERE name = 'red'")).rowCount).to.equal(0);
  });

  it('ends a statement after 3.5 s and a wait for a connection after 2.5 s, unless it is without timeouts', async () => {
    const narrow = openDatabase(url, { schema: 'toys', poolMax: 1 });
    const [slow, queued, withoutTimeouts] = await Promise.all([
      thrownBy(narrow.none('SELECT pg_sleep(60)')),
      thrownBy(narrow.one('SELECT 1 AS one')),
      narrow.withoutTimeouts.one('SELECT pg_sleep(4)::text AS slept'),
    ]);
    expect(slow).to.include({ code: '57014' });
    expect(queued).to.be.instanceOf(DatabaseUnavailable);
    expect(withoutTimeouts).to.deep.equal({ slept: '' });
    await narrow.close();
  });

  it('opens at most poolMax connections', async () => {
    const small = openDatabase(url, { schema: 'toys', poolMax: 2 });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => small.one<{ pid: number }>('SELECT pg_backend_pid() AS pid, pg_sleep(0.02)')),
    );
    expect(new Set(answers.map(({ pid }) => pid)).size).to.be.at.most(2);
    await small.close();
  });

  it('answers the next query after its connection was cut', async () => {
    await thrownBy(db.one('SELECT pg_terminate_backend(pg_backend_pid())'));
    expect(await db.one('SELECT 1 AS one')).to.deep.equal({ one: 1 });
  });

  describe('copying rows in', () => {
    it('stores every kind of value unchanged', async () => {
      await db.none('CREATE TABLE lot (name text, quantity bigint, raw jsonb, spare boolean)');
      const rows = [
        ['tab\tnew\nline\\end\r', 12n, { note: 'a\\b\n"c"' }, true],
        [null, 0, { list: [1, 'x'] }, false],
        ['\\N', undefined, {}, undefined],
      ] as const;
      expect(await copyRows(db, 'lot', ['name', 'quantity', 'raw', 'spare'], rows)).to.equal(3);
      expect(await db.any('SELECT * FROM lot')).to.deep.equal([
        { name: 'tab\tnew\nline\\end\r', quantity: 12n, raw: { note: 'a\\b\n"c"' }, spare: true },
        { name: null, quantity: 0n, raw: { list: [1, 'x'] }, spare: false },
        { name: '\\N', quantity: null, raw: {}, spare: null },
      ]);
    });

    it('stores nothing when the rows or their values fail', async () => {
      await db.none('CREATE TABLE half (n integer)');
      const rows = function* () {
        for (let n = 0; n < 50_000; n += 1) yield [n];
        throw new Error('the file ends in the middle');
      };
      expect(await thrownBy(copyRows(db, 'half', ['n'], rows()))).to.match(/ends in the middle/);
      expect(await thrownBy(copyRows(db, 'half', ['n'], [['many']]))).to.match(/invalid input syntax/);
      expect(await db.one('SELECT count(*) AS n FROM half')).to.deep.equal({ n: 0n });
    });
  });

  describe('migrating a schema', () => {
    const first = { id: '001-brick', sql: 'CREATE TABLE brick (name text)' };
    const second = { id: '002-colour', sql: 'ALTER TABLE brick ADD colour text' };

    it('applies each migration once when several processes start at once', async () => {
      await Promise.all([1, 2, 3].map(() => migrate(db, 'toys', [first])));
      await migrate(db, 'toys', [first, second]);
      await db.none("INSERT INTO brick VALUES ('2x4', 'red')");
    });

    it('refuses a migration whose text was changed after it was applied', async () => {
      const error = await thrownBy(migrate(db, 'toys', [{ ...first, sql: 'CREATE TABLE brick (id text)' }]));
      expect(error).to.be.instanceOf(MigrationChanged);
    });

    it('applies no migration when one of them fails', async () => {
      const good = { id: '003-good', sql: 'CREATE TABLE good (a text)' };
      const bad = { id: '004-bad', sql: 'CREATE TABEL bad (a text)' };
      expect(await thrownBy(migrate(db, 'toys', [good, bad]))).to.match(/syntax error/);
      expect(await db.one("SELECT to_regclass('good') AS good")).to.deep.equal({ good: null });
    });
  });

  describe('provisioning', () => {
    it('denies each role the schema of the other', async () => {
      const { adminUrl } = await postgresForTests();
      const admin = new URL(adminUrl);
      admin.pathname = new URL(url).pathname;
      const others = { schema: 'others', role: 'test_others', password: "it's secret" };
      const otherUrl = await provisionSchema(admin.href, others);
      expect(await provisionSchema(admin.href, others)).to.equal(otherUrl);

      const other = openDatabase(otherUrl, { schema: 'others' });
      await other.none('CREATE TABLE own (a text)');
      expect(await thrownBy(other.any('SELECT * FROM toys.shelf'))).to.match(/permission denied for schema toys/);
      expect(await thrownBy(db.any('SELECT * FROM others.own'))).to.match(/permission denied for schema others/);
      await other.close();
    });
  });
});
