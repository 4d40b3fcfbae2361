import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { masterKeys } from '@lego-moc/sealing/master-keys';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import type { SealedValueId } from '../../domain/webhook-events.ts';
import { postgresSealedValues, sealedValueMigration } from './postgres-sealed-values.ts';

const SCHEMA = 'moc_management_sealed_values';
const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const newValueId = () => newId() as SealedValueId;

describe('sealed values in PostgreSQL', () => {
  let db: Database;
  const masters = masterKeys([randomBytes(32).toString('base64')]);

  before(async () => {
    db = openDatabase(await (await postgresForTests()).databaseUrl(SCHEMA), { schema: SCHEMA });
    closeAfterAllTests(() => db.close());
    await migrate(db, SCHEMA, [sealedValueMigration]);
  });

  it('keep the first value under an id, for its owner, and unreadable in the table', async () => {
    const values = postgresSealedValues(db, masters);
    const id = newValueId();
    expect(await values.put(ada, id, 'whsec_first')).to.equal('whsec_first');
    expect(await values.put(ada, id, 'whsec_second')).to.equal('whsec_first');
    expect(await values.find(ada, id)).to.equal('whsec_first');
    expect(await values.find(bob, id)).to.equal(undefined);
    const { sealed } = await db.one<{ sealed: Buffer }>('SELECT sealed FROM webhook_sealed_value WHERE id = $1', [id]);
    expect(sealed.includes('whsec_')).to.equal(false);
  });

  it('are bound to their id: one row in the place of another does not open', async () => {
    const values = postgresSealedValues(db, masters);
    const [some, other] = [newValueId(), newValueId()];
    await values.put(ada, some, 'whsec_some');
    await values.put(ada, other, 'whsec_other');
    await db.none(
      `UPDATE webhook_sealed_value SET sealed = (SELECT sealed FROM webhook_sealed_value WHERE id = $1) WHERE id = $2`,
      [some, other],
    );
    const failure: unknown = await values.find(ada, other).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
  });

  it('are removed one by one and with their owner, and listed once they are old', async () => {
    const values = postgresSealedValues(db, masters);
    const ids = [newValueId(), newValueId(), newValueId()] as const;
    for (const id of ids) await values.put(bob, id, 'value');
    await values.remove([ids[0]]);
    expect(await values.find(bob, ids[0])).to.equal(undefined);
    expect(await values.old(10)).to.deep.equal([]);
    await db.none(`UPDATE webhook_sealed_value SET put_at = now() - interval '2 days' WHERE owner = 'bob'`);
    const [first] = await values.old(1);
    expect(await values.old(10, first!.id)).to.deep.equal([{ owner: 'bob', id: ids[2] }]);
    await values.removeAllOf(bob);
    expect(await values.find(bob, ids[1])).to.equal(undefined);
  });
});
