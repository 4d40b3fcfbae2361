import { join } from 'node:path';
import { NODE_ENVIRONMENT, NODE_FLAGS } from '@lego-moc/embedded-event-store/server/node-start';
import { adminUrl, isPostgresReady } from '@lego-moc/embedded-postgres/admin';
import { provisionSchema } from '@lego-moc/postgres/provision';
import { addresses, httpUrl, keysFolder, ownSettings, writeEnvFile, type Environment } from './environment.ts';
import { eventStoreUrlFor, securedNodeOptions } from './event-store-access.ts';
import { acceptsConnections, respondsOk } from './probes.ts';
import { EVENT_BUS_RELAY, portOf, type EmbeddedComponent, type Ports, type Service } from './registry.ts';
import { secret } from './secrets.ts';

/** Of one run of the platform. */
export type PlatformSettings = { readonly dataDir: string; readonly ports: Ports; readonly env: Environment };

/** How to start one process, and how to check that it is ready. */
export type Plan = {
  readonly name: string;
  readonly entry: string;
  readonly args?: readonly string[];
  readonly nodeFlags?: readonly string[];
  readonly env: Environment;
  readonly isReady: () => Promise<boolean>;
};

const readinessProbe = (
  { name }: EmbeddedComponent,
  { dataDir, ports }: PlatformSettings,
): (() => Promise<boolean>) => {
  switch (name) {
    case 'postgres':
      return () => isPostgresReady(dataDir, portOf(ports, name));
    case 'identity':
      return respondsOk(`${httpUrl(ports, name)}/.well-known/jwks.json`);
    case 'event-store':
      return acceptsConnections(portOf(ports, name));
  }
};

const startOptions = async ({ name }: EmbeddedComponent, { dataDir, ports }: PlatformSettings) => {
  const env = { PORT: String(portOf(ports, name)), LEGO_MOC_DATA_DIR: dataDir };
  if (name !== 'event-store') return { env };
  const securityOptions = await securedNodeOptions(dataDir);
  return {
    args: [
      ...['--db', join(dataDir, 'event-store'), '--port', env.PORT],
      ...['--web-interface', `${httpUrl(ports, 'gateway')}/console`, ...securityOptions.args],
    ],
    nodeFlags: NODE_FLAGS,
    env: { ...env, ...NODE_ENVIRONMENT, ...securityOptions.env },
  };
};

export const embeddedPlan = async (part: EmbeddedComponent, setting: PlatformSettings): Promise<Plan> => ({
  name: part.name,
  entry: part.entry,
  ...(await startOptions(part, setting)),
  isReady: readinessProbe(part, setting),
});

const provision = async (
  { name, schema, usesEventStore = false, extensions = [] }: Service,
  { dataDir, ports, env }: PlatformSettings,
): Promise<{ databaseUrl?: string; eventStoreUrl?: string }> => {
  const storeUrl = env['EVENTSTORE_URL'] ?? eventStoreUrlFor({ dataDir, ports }, name);
  const access = usesEventStore ? { eventStoreUrl: storeUrl } : {};
  if (schema === undefined) return access;
  const admin = env['DATABASE_URL'] ?? adminUrl(dataDir, portOf(ports, 'postgres'));
  const password = secret(keysFolder(dataDir), `${name}.database-password`);
  return { ...access, databaseUrl: await provisionSchema(admin, { schema, role: schema, password, extensions }) };
};

/** Gives the service its schema first: PostgreSQL must be up. The C library is set up as for the event store, to give memory back. */
export const servicePlan = async (service: Service, setting: PlatformSettings): Promise<Plan> => {
  const env = ownSettings(service, { ...setting, ...(await provision(service, setting)) });
  writeEnvFile(setting.dataDir, service, { ...addresses(setting.ports, setting.env), ...env });
  // A bus that is away keeps the relay from being ready, and nothing else from starting.
  const probe = service.name === EVENT_BUS_RELAY.name ? 'health' : 'ready';
  const isReady = respondsOk(`${httpUrl(setting.ports, service.name)}/${probe}`);
  const { name, entry, nodeFlags = [] } = service;
  return { name, entry, nodeFlags, env: { ...env, ...NODE_ENVIRONMENT }, isReady };
};
