import { expect } from 'chai';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { idempotencyStoreContract } from './idempotency-store.contract.ts';
import {
  commandIdMigration,
  deleteReplies,
  idempotencyMigration,
  postgresIdempotencyStore,
} from './postgres-idempotency-store.ts';

const SCHEMA = 'idempotency_spec';

const openOnce = (() => {
  let database: Promise<Database> | undefined;
  const open = async (): Promise<Database> => {
    const postgres = await postgresForTests();
    const db = openDatabase(await postgres.databaseUrl(SCHEMA), { schema: SCHEMA });
    closeAfterAllTests(() => db.close());
    await migrate(db, SCHEMA, [idempotencyMigration, commandIdMigration]);
    return db;
  };
  return (): Promise<Database> => (database ??= open());
})();

idempotencyStoreContract('PostgreSQL', async () => postgresIdempotencyStore(await openOnce()));

describe('expiring stored answers (PostgreSQL)', () => {
  const owner = { actor: 'ada', key: 'old' };

  it('removes an answer after a day', async () => {
    const db = await openOnce();
    const store = postgresIdempotencyStore(db);
    const claim = await store.claim(owner, 'asked');
    if (claim.outcome === 'claimed') await store.complete(owner, claim.claimId, { status: 204 });

    await db.none(`UPDATE idempotency_key SET claimed_at = now() - interval '25 hours' WHERE key = 'old'`);
    expect((await store.claim(owner, 'something else')).outcome).to.equal('claimed');
  });

  it('frees a claim whose holder died', async () => {
    const db = await openOnce();
    const store = postgresIdempotencyStore(db);
    await store.claim({ ...owner, key: 'dead' }, 'asked');

    await db.none(`UPDATE idempotency_key SET claimed_at = now() - interval '121 seconds' WHERE key = 'dead'`);
    expect((await store.claim({ ...owner, key: 'dead' }, 'asked')).outcome).to.equal('claimed');
  });

  it('removes all answers of one user on request, and nobody else’s', async () => {
    const db = await openOnce();
    const store = postgresIdempotencyStore(db);
    const keyOf = (actor: string) => ({ actor, key: 'forgotten' });
    for (const actor of ['eve', 'bob']) {
      const claim = await store.claim(keyOf(actor), 'asked');
      if (claim.outcome === 'claimed') await store.complete(keyOf(actor), claim.claimId, { status: 200, body: actor });
    }
    await deleteReplies(db)('eve');
    expect((await store.claim(keyOf('eve'), 'asked')).outcome).to.equal('claimed');
    expect((await store.claim(keyOf('bob'), 'asked')).outcome).to.equal('answered');
  });
});
