import { poolOf, queriesOf, quoteName, type Queries } from './database.ts';

/** Nobody waits for an answer here, and on a busy machine all services are provisioned at once. */
const ADMIN_CONNECT_TIMEOUT_MS = 30_000;

/** Runs `work` on one connection to the database at `adminUrl` and closes it. */
export const asAdmin = async <T>(adminUrl: string, work: (admin: Queries) => Promise<T>): Promise<T> => {
  const db = poolOf({ connectionString: adminUrl, max: 1, connectionTimeoutMillis: ADMIN_CONNECT_TIMEOUT_MS });
  try {
    return await work(queriesOf(db));
  } finally {
    await db.$pool.end();
  }
};

export type Provision = {
  readonly schema: string;
  readonly role: string;
  readonly password: string;
  readonly extensions?: readonly string[];
};

/**
 * Creates a schema for a service, and a role that owns it and sees no other. May be repeated: at most the password
 * changes. `adminUrl` needs a role that may create roles; extensions go into `public`.
 * Returns the URL with which the service connects.
 */
export const provisionSchema = async (
  adminUrl: string,
  { schema, role, password, extensions = [] }: Provision,
): Promise<string> => {
  await asAdmin(adminUrl, async (admin) => {
    const exists = await admin.oneOrNone('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
    const verb = exists === null ? 'CREATE' : 'ALTER';
    await admin.none(`${verb} ROLE ${quoteName(role)} LOGIN PASSWORD $1`, [password]);
    for (const extension of extensions)
      await admin.none(`CREATE EXTENSION IF NOT EXISTS ${quoteName(extension)} SCHEMA public`);
    await admin.none(`CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)} AUTHORIZATION ${quoteName(role)}`);
  });
  const url = new URL(adminUrl);
  url.username = encodeURIComponent(role);
  url.password = encodeURIComponent(password);
  return url.href;
};
