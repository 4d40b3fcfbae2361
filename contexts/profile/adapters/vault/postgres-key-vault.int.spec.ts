import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import { migrate } from '@lego-moc/postgres/migrations';
import { openDatabase } from '@lego-moc/postgres/database';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { masterKeys } from '@lego-moc/sealing/master-keys';
import { keyVaultContract } from './key-vault.contract.ts';
import { keyVaultMigration, postgresKeyVault, rewrapKeys } from './postgres-key-vault.ts';

const openMigrated = async (schema: string) => {
  const db = openDatabase(await (await postgresForTests()).databaseUrl(schema), { schema });
  closeAfterAllTests(() => db.close());
  await migrate(db, schema, [keyVaultMigration]);
  return db;
};
const masterKey = (): string => randomBytes(32).toString('base64');

keyVaultContract('PostgreSQL', async () => postgresKeyVault(await openMigrated('profile'), masterKeys([masterKey()])));

describe('rotating the master key', () => {
  it('wraps all keys anew: the old master key opens nothing any more, and is not needed', async () => {
    const db = await openMigrated('profile_rewrapping');
    const [older, newer] = [masterKey(), masterKey()];
    const [ada, bob, eve] = ['ada', 'bob', 'eve'] as UserId[] as [UserId, UserId, UserId];
    const before = postgresKeyVault(db, masterKeys([older]));
    const sealedEmail = (await before.keyFor(ada))?.seal('email', 'a@x.example') ?? '';
    for (const userId of [bob, eve]) await before.keyFor(userId);
    await before.destroy(eve);

    const rotation = masterKeys([newer, older]);
    expect(await rewrapKeys(db, rotation)).to.equal(2);
    expect(await rewrapKeys(db, rotation)).to.equal(0);

    const after = postgresKeyVault(db, masterKeys([newer]));
    expect((await after.keyFor(ada))?.open('email', sealedEmail)).to.equal('a@x.example');
    expect(await after.keyFor(eve)).to.equal(undefined);
    expect(await before.keyFor(bob).catch((error: unknown) => String(error))).to.include('No master key');
    expect(await before.withKey([bob, eve])).to.deep.equal([bob]);
  });
});
