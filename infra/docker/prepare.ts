import { ensureServiceKeys } from '../../building-blocks/auth-middleware/service-keys.ts';
import { schemaOf } from '../../building-blocks/http/service-contract.ts';
import { provisionSchema } from '../../building-blocks/postgres/provision.ts';
import { SERVICES } from '../../contexts/registry.ts';

/** Gives the local stack what the launcher of `npm start` gives: a schema and a role for each service, and keys. */
const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

const adminUrl = setting('DATABASE_URL');
const password = setting('SERVICE_DATABASE_PASSWORD');
for (const { name, extensions = [] } of SERVICES)
  await provisionSchema(adminUrl, { schema: schemaOf({ name }), role: schemaOf({ name }), password, extensions });
await ensureServiceKeys(setting('KEYS_PATH'), [...SERVICES.map(({ name }) => name), 'gateway']);
console.log(`Schemas, roles and keys of ${String(SERVICES.length)} services are there`);
