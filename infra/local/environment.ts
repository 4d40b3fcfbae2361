import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { urlVariableOf } from '@lego-moc/http/service-contract';
import { CONTEXTS, GATEWAY, optionalServicesFor, portOf, type Ports, type Service } from './registry.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export const keysFolder = (dataDir: string): string => join(dataDir, 'keys');

export const httpUrl = (ports: Ports, name: string): string => `http://127.0.0.1:${portOf(ports, name)}`;

/**
 * The URLs of all parts, as the environment variables of all. A variable that is set in `env` names a real component
 * and stays.
 */
export const addresses = (ports: Ports, env: Environment): Environment => ({
  ...Object.fromEntries(
    [GATEWAY, ...CONTEXTS, ...optionalServicesFor(env)].map(({ name }) => {
      const variable = urlVariableOf({ name });
      return [variable, env[variable] ?? httpUrl(ports, name)];
    }),
  ),
  PUBLIC_FILES_URL: env['PUBLIC_FILES_URL'] ?? `${httpUrl(ports, 'gateway')}/api/files`,
  PUBLIC_API_URL: env['PUBLIC_API_URL'] ?? `${httpUrl(ports, 'gateway')}/api`,
  USER_CONTEXT_JWKS_URL: `${httpUrl(ports, 'gateway')}/.well-known/user-context-jwks.json`,
  DEVELOPMENT_ISSUER_URL: env['AUTH_JWKS_URL'] === undefined ? httpUrl(ports, 'identity') : undefined,
  AUTH_JWKS_URL: env['AUTH_JWKS_URL'] ?? `${httpUrl(ports, 'identity')}/.well-known/jwks.json`,
});

type OwnSettings = {
  readonly dataDir: string;
  readonly ports: Ports;
  readonly databaseUrl?: string;
  readonly eventStoreUrl?: string;
};

/** The additional variables of one service. */
export const ownSettings = (
  { name }: Service,
  { dataDir, ports, databaseUrl, eventStoreUrl }: OwnSettings,
): Environment => ({
  PORT: String(portOf(ports, name)),
  LEGO_MOC_DATA_DIR: dataDir,
  SERVICE_KEY_PATH: join(keysFolder(dataDir), `${name}.jwk.json`),
  SERVICE_JWKS_PATH: join(keysFolder(dataDir), 'services.jwks.json'),
  DATABASE_URL: databaseUrl,
  EVENTSTORE_URL: eventStoreUrl,
});

/** Leaves `env/<service>.env` beside the data, to run one service by hand: `node --env-file=… contexts/…/main.ts`. */
export const writeEnvFile = (dataDir: string, { name }: Pick<Service, 'name'>, settings: Environment): void => {
  const folder = join(dataDir, 'env');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lines = Object.entries(settings).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}\n`]));
  writeFileSync(join(folder, `${name}.env`), lines.join(''), { mode: 0o600 });
};
