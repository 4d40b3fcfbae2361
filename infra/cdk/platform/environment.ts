import { localUrlOf, urlVariableOf } from '../../../building-blocks/http/service-contract.ts';
import { SERVICES } from '../../../contexts/registry.ts';
import type { DeployedService } from './services.ts';

/** Where everything is that a service may be told of. */
export type Place = {
  /** The base URL of a context, for callers inside the VPC. */
  readonly urlOf: (name: string, port: number) => string;
  /** The base URL of the gateway, for services that fetch its public keys. */
  readonly gatewayUrl: string;
  readonly apiDomain: string;
  readonly region: string;
  readonly corsOrigins: readonly string[];
  readonly auth: { readonly jwksUrl: string; readonly issuer: string; readonly audience: string };
  readonly authServiceUrl?: string;
  readonly databaseHost: string;
  readonly cacheHost: string;
  readonly searchHost: string;
  /** A connection string with `{EVENTSTORE_USER}` and `{EVENTSTORE_PASSWORD}` in place of an account. */
  readonly eventStoreUrl: string;
  readonly hasEventStoreCa: boolean;
  /** The bucket of a service that stores objects. */
  readonly bucketOf: (service: string) => string;
  readonly cdn?: { readonly domain: string; readonly keyPairId: string };
};

/** A field of a secret: `own` is the service's secret, the others are shared. */
export type SecretField = {
  readonly secret: 'own' | 'cache' | 'search' | 'service-keys' | 'event-store-ca';
  readonly field?: string;
};

export type Source = string | SecretField;

/** Directories of the image that may be written to; everything else is read-only. */
export const DATA_DIR = '/data';
export const SHARED_KEYS_DIR = '/keys';
export const DATABASE = 'lego_moc';

const own = (field: string): SecretField => ({ secret: 'own', field });

type Value = (place: Place, service: DeployedService) => Source | undefined;

/**
 * The value of each variable that is set. `{NAME}` in a value is replaced by that variable, percent-encoded, when the
 * container starts: passwords come from Secrets Manager one by one, and services read whole URLs.
 */
export const VARIABLES: Readonly<Record<string, Value>> = {
  HOST: () => '0.0.0.0',
  PORT: (_place, { port }) => String(port),
  LOG_LEVEL: () => 'info',
  LEGO_MOC_DATA_DIR: () => DATA_DIR,
  USER_CONTEXT_JWKS_URL: ({ gatewayUrl }) => `${gatewayUrl}/.well-known/user-context-jwks.json`,
  SERVICE_JWKS_PATH: () => `${DATA_DIR}/services.jwks.json`,
  SERVICE_KEY_PATH: (_place, { name }) => `${DATA_DIR}/${name}.jwk.json`,
  EVENTSTORE_URL: ({ eventStoreUrl }) => eventStoreUrl,
  // The certificate authority of RDS is in the image, among those that Node trusts.
  DATABASE_URL: ({ databaseHost }) =>
    `postgres://{DATABASE_USER}:{DATABASE_PASSWORD}@${databaseHost}:5432/${DATABASE}?sslmode=verify-full`,
  REDIS_URL: ({ cacheHost }) => `rediss://:{REDIS_PASSWORD}@${cacheHost}:6379`,
  OPENSEARCH_URL: ({ searchHost }) => `https://{OPENSEARCH_USER}:{OPENSEARCH_PASSWORD}@${searchHost}`,
  S3_BUCKET: ({ bucketOf }, { name }) => bucketOf(name),
  AWS_REGION: ({ region }) => region,
  S3_SERVER_SIDE_ENCRYPTION: () => 'AES256',
  CLAMAV_URL: () => 'tcp://127.0.0.1:3310',
  PUBLIC_FILES_URL: ({ apiDomain }) => `https://${apiDomain}/api/files`,
  PUBLIC_API_URL: ({ apiDomain }) => `https://${apiDomain}/api`,
  FILE_URL_SECRET: () => own('FILE_URL_SECRET'),
  CLOUDFRONT_DOMAIN: ({ cdn }) => cdn?.domain,
  CLOUDFRONT_KEY_PAIR_ID: ({ cdn }) => cdn?.keyPairId,
  CLOUDFRONT_PRIVATE_KEY: ({ cdn }) => (cdn === undefined ? undefined : own('CLOUDFRONT_PRIVATE_KEY')),
  PROFILE_MASTER_KEYS: () => own('PROFILE_MASTER_KEYS'),
  PRICE_MASTER_KEYS: () => own('PRICE_MASTER_KEYS'),
  WEBHOOK_MASTER_KEYS: () => own('WEBHOOK_MASTER_KEYS'),
  IDENTITY_WEBHOOK_SECRETS: () => own('IDENTITY_WEBHOOK_SECRETS'),
  AUTH_SERVICE_URL: ({ authServiceUrl }) => authServiceUrl,
  AUTH_SERVICE_TOKEN: ({ authServiceUrl }) => (authServiceUrl === undefined ? undefined : own('AUTH_SERVICE_TOKEN')),
  AUTH_JWKS_URL: ({ auth }) => auth.jwksUrl,
  // Operators are real users there.
  DEVELOPMENT_ISSUER_URL: () => undefined,
  AUTH_ISSUER: ({ auth }) => auth.issuer,
  AUTH_AUDIENCE: ({ auth }) => auth.audience,
  CORS_ORIGINS: ({ corsOrigins }) => corsOrigins.join(','),
  // The public load balancer appends the client's address.
  TRUSTED_PROXIES: () => '1',
  // All gateways sign with the same keys, which one of them rotates.
  USER_CONTEXT_KEYS_PATH: () => `${SHARED_KEYS_DIR}/gateway.jwks.json`,
  // No monolith is moved from there.
  MIGRATION_URL: () => undefined,
  LEGACY_URL: () => undefined,
  DRAIN_MS: () => '5000',
  ...Object.fromEntries(
    SERVICES.map((other) => [urlVariableOf(other), ({ urlOf }: Place) => urlOf(other.name, other.port)]),
  ),
};

/** Addresses and files whose defaults are meant for AWS too; what only tunes a service keeps its default unnamed. */
export const DEFAULTS_KEPT: readonly string[] = ['BRICKLINK_API_URL', 'S3_ENDPOINT', 'SEARCH_SYNONYMS_PATH'];

/** What the start of a container reads before the service does: `{NAME}` in URLs, and the contents of files. */
const startVariables = ({ hasEventStoreCa }: Place, { variables, name }: DeployedService): Record<string, Source> => ({
  ...(variables.has('DATABASE_URL') ? { DATABASE_USER: own('username'), DATABASE_PASSWORD: own('password') } : {}),
  ...(variables.has('EVENTSTORE_URL') ? { EVENTSTORE_USER: name, EVENTSTORE_PASSWORD: own('eventStorePassword') } : {}),
  ...(variables.has('EVENTSTORE_URL') && hasEventStoreCa
    ? { EVENTSTORE_CA_PATH: `${DATA_DIR}/event-store-ca.crt`, EVENTSTORE_CA_CONTENT: { secret: 'event-store-ca' } }
    : {}),
  ...(variables.has('REDIS_URL') ? { REDIS_PASSWORD: { secret: 'cache' } } : {}),
  ...(variables.has('OPENSEARCH_URL')
    ? {
        OPENSEARCH_USER: { secret: 'search', field: 'username' },
        OPENSEARCH_PASSWORD: { secret: 'search', field: 'password' },
      }
    : {}),
  ...(variables.has('SERVICE_KEY_PATH') ? { SERVICE_KEY_CONTENT: own('signingKey') } : {}),
  ...(variables.has('SERVICE_JWKS_PATH') ? { SERVICE_JWKS_CONTENT: { secret: 'service-keys', field: 'jwks' } } : {}),
});

/** The environment of a service's container: every variable that it reads and that is not left at its default. */
export const environmentOf = (service: DeployedService, place: Place): Readonly<Record<string, Source>> => {
  const names = service.variables;
  const set = [...names].sort().flatMap((name) => {
    const source = VARIABLES[name]?.(place, service);
    return source === undefined ? [] : [[name, source] as const];
  });
  return { ...Object.fromEntries(set), ...startVariables(place, service) };
};

/** The base URL that a container's own health check uses. */
export const selfUrl = ({ port }: DeployedService): string => localUrlOf({ port });

/** Fields of a service's own secret that are made up once, by the variable they are for. */
export const generatedFields = ({ variables }: DeployedService): readonly string[] =>
  [
    'FILE_URL_SECRET',
    'PROFILE_MASTER_KEYS',
    'PRICE_MASTER_KEYS',
    'WEBHOOK_MASTER_KEYS',
    'IDENTITY_WEBHOOK_SECRETS',
  ].filter((name) => variables.has(name));
