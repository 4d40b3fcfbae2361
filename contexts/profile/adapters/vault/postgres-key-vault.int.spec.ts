import { randomBytes } from 'node:crypto';
import { migrate } from '@lego-moc/postgres/migrations';
import { openDatabase } from '@lego-moc/postgres/database';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { keyVaultContract } from './key-vault.contract.ts';
import { masterKeys } from './master-keys.ts';
import { keyVaultMigration, postgresKeyVault } from './postgres-key-vault.ts';

keyVaultContract('PostgreSQL', async () => {
  const db = openDatabase(await (await postgresForTests()).databaseUrl('profile'), { schema: 'profile' });
  closeAfterAllTests(() => db.close());
  await migrate(db, 'profile', [keyVaultMigration]);
  return postgresKeyVault(db, masterKeys([randomBytes(32).toString('base64')]));
});
