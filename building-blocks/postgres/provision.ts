import pgPromise from 'pg-promise';
import { quoted } from './database.ts';

const pgp = pgPromise({ noWarnings: true });

const asRole = (adminUrl: string, role: string, password: string): string => {
  const url = new URL(adminUrl);
  url.username = encodeURIComponent(role);
  url.password = encodeURIComponent(password);
  return url.href;
};

/**
 * Gives a service its own schema, and a role that owns this schema and sees no other. Repeating it changes the
 * password at most. `adminUrl` needs a role that may create roles; extensions go into `public`.
 * Returns the URL with which the service connects.
 */
export const provisionSchema = async (
  adminUrl: string,
  {
    schema,
    role,
    password,
    extensions = [],
  }: {
    readonly schema: string;
    readonly role: string;
    readonly password: string;
    readonly extensions?: readonly string[];
  },
): Promise<string> => {
  const db = pgp<object>({ connectionString: adminUrl, max: 1, connectionTimeoutMillis: 5_000 });
  try {
    await db.tx(async (transaction) => {
      await transaction.one(`SELECT pg_advisory_xact_lock(hashtextextended('provision', 0))::text AS lock`);
      const exists = await transaction.oneOrNone<object>('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
      const verb = exists === null ? 'CREATE' : 'ALTER';
      await transaction.none(`${verb} ROLE ${quoted(role)} LOGIN PASSWORD $1`, [password]);
      for (const extension of extensions)
        await transaction.none(`CREATE EXTENSION IF NOT EXISTS ${quoted(extension)} SCHEMA public`);
      await transaction.none(`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)} AUTHORIZATION ${quoted(role)}`);
      await transaction.none(`ALTER ROLE ${quoted(role)} SET search_path = ${quoted(schema)}, public`);
    });
  } finally {
    await db.$pool.end();
  }
  return asRole(adminUrl, role, password);
};
