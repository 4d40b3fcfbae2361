import { asAdmin, provisionSchema } from '../../../building-blocks/postgres/provision.ts';
import { quoteName } from '../../../building-blocks/postgres/database.ts';
import { newPassword, type Logins } from './rotation.ts';

export type Schema = { readonly schema: string; readonly extensions: readonly string[] };

const withAccount = (url: string, name: string, password: string): string => {
  const loginUrl = new URL(url);
  loginUrl.username = encodeURIComponent(name);
  loginUrl.password = encodeURIComponent(password);
  return loginUrl.href;
};

/** The schema of a service and the role that owns it, which nobody logs in as: its password is known to no one. */
export const provisionOwner = async (adminUrl: string, { schema, extensions }: Schema): Promise<void> => {
  await provisionSchema(adminUrl, { schema, role: schema, password: newPassword(), extensions });
};

/** Logins in the database that `adminUrl` names. */
export const loginsIn = (adminUrl: string): Logins => ({
  ensure: ({ schema, name, password }) =>
    asAdmin(adminUrl, async (admin) => {
      const exists = await admin.oneOrNone('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
      const [login, owner] = [quoteName(name), quoteName(schema)];
      await admin.none(`${exists === null ? 'CREATE' : 'ALTER'} ROLE ${login} LOGIN PASSWORD $1`, [password]);
      await admin.none(`GRANT ${owner} TO ${login}`);
      // What one login makes, the other must be able to change.
      await admin.none(`ALTER ROLE ${login} SET role = ${owner}`);
    }),
  check: ({ name, password }) =>
    asAdmin(withAccount(adminUrl, name, password), async (service) => {
      await service.one('SELECT 1 AS there');
    }),
});
