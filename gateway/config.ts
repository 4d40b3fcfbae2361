import { join } from 'node:path';
import { z } from 'zod';
import { GATEWAY_TIMEOUTS } from '@lego-moc/http/answer-timeouts';
import { DEFAULT_PORTS, LOCAL_ISSUER_URL } from '@lego-moc/http/default-ports';
import { localUrlOf, urlVariableOf } from '@lego-moc/http/service-contract';
import { tracingSettings, type TracingSettings } from '@lego-moc/tracing/settings';
import { OPTIONAL_SERVICES, SERVICES } from '../contexts/registry.ts';
import { AREAS, AREA_NAMES, type Area } from './legacy/areas.ts';
import type { ServiceName } from './routing/routes.ts';

const url = (fallback: string) => z.url().default(fallback);
const count = (fallback: number) => z.coerce.number().int().nonnegative().default(fallback);
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

const environment = z.object({
  ...tracingSettings,
  PORT: count(DEFAULT_PORTS.gateway),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  AUTH_JWKS_URL: url(`${LOCAL_ISSUER_URL}/.well-known/jwks.json`),
  AUTH_ISSUER: z.string().default(LOCAL_ISSUER_URL),
  AUTH_AUDIENCE: z.string().default('lego-moc'),
  TOKEN_LEEWAY_S: count(30),
  DEVELOPMENT_ISSUER_URL: z.url().optional(),
  LEGO_MOC_DATA_DIR: z.string().optional(),
  USER_CONTEXT_KEYS_PATH: z.string().optional(),
  USER_CONTEXT_ROTATION_HOURS: z.coerce.number().positive().default(24),
  TRUSTED_PROXIES: count(0),
  CORS_ORIGINS: list,
  REDIS_URL: z.url().optional(),
  DRAIN_MS: count(0),
  FINISH_MS: count(20_000),
  LEGACY_URL: z.url().optional(),
  LEGACY_AREAS: list.pipe(z.array(z.enum(AREA_NAMES))),
  LEGACY_COMPARED_PER_SECOND: count(50),
  RATE_LIMIT_SCALE: z.coerce.number().positive().default(1),
  RATE_LIMIT_ON_OUTAGE: z.enum(['open', 'closed']).default('open'),
});

export type Config = {
  readonly port: number;
  readonly host: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly auth: {
    readonly jwksUrl: string;
    readonly issuer: string;
    readonly audience: string;
    readonly leewayS: number;
  };
  /** Signs operators in at the console by one click: for one machine, without real users. */
  readonly developmentIssuerUrl: string | undefined;
  readonly upstreams: Readonly<Record<ServiceName, string>>;
  readonly contextKeys: { readonly path: string | undefined; readonly rotateEveryMs: number };
  /** How many trusted proxies append to `X-Forwarded-For`. */
  readonly trustedProxies: number;
  readonly corsOrigins: readonly string[];
  readonly timeouts: Timeouts;
  /** How long `/ready` answers 503 before connections are refused: the time that load balancers take to notice. */
  readonly drainMs: number;
  /** How long requests in flight may then take to finish. */
  readonly finishMs: number;
  readonly redisUrl: string | undefined;
  readonly tracing: TracingSettings;
  /** The monolith that the platform replaces; `undefined` where there is none. */
  readonly monolith: Monolith | undefined;
  readonly rateLimits: { readonly scale: number; readonly onOutage: 'open' | 'closed' };
};

export type Monolith = {
  readonly url: string;
  /** What it has: all areas, unless some are named. */
  readonly areas: readonly Area[];
  /** Signs what the gateway asks of the migration. */
  readonly keyPath: string;
  /** Reads in a second whose answers are compared with the other side's, at most. */
  readonly comparedPerSecond: number;
};

/** Timeouts of clients and upstreams. */
export type Timeouts = {
  /** From the end of the request to the head of the answer. */
  readonly answerTimeoutMs: number;
  readonly uploadAnswerTimeoutMs: number;
  /** For a whole small body, and for each next part of a large one. */
  readonly bodyTimeoutMs: number;
  /** For a client to read its answer. */
  readonly readTimeoutMs: number;
  /** Before an open circuit lets its half-open probe through. */
  readonly breakerResetMs: number;
};

const TIMEOUTS: Timeouts = {
  answerTimeoutMs: GATEWAY_TIMEOUTS.requestMs,
  uploadAnswerTimeoutMs: GATEWAY_TIMEOUTS.uploadMs,
  // Shorter than the body timeout of file storage, so that a stalled client gets the gateway's 408.
  bodyTimeoutMs: 10_000,
  readTimeoutMs: 30_000,
  breakerResetMs: 5_000,
};

/** Limit on a client's request line and header fields; services accept twice as much. */
export const HEADER_BYTES_MAX = 16_384;

const HOUR_MS = 3_600_000;

const serviceUrls = z.object(
  Object.fromEntries(SERVICES.map((service) => [urlVariableOf(service), url(localUrlOf(service))])),
);

/** Services that run only where their URL is given. */
const optionalUpstreams = (env: NodeJS.ProcessEnv): Readonly<Record<ServiceName, string>> =>
  Object.fromEntries(
    OPTIONAL_SERVICES.flatMap((service) => {
      const baseUrl = z.url().optional().parse(env[urlVariableOf(service)]);
      return baseUrl === undefined ? [] : [[service.name, baseUrl]];
    }),
  );

/** The gateway has a key of its own only for what it asks of the migration. */
const monolithIn = (
  { LEGACY_URL, LEGACY_AREAS, LEGACY_COMPARED_PER_SECOND, LEGO_MOC_DATA_DIR = '.data' }: z.infer<typeof environment>,
  env: NodeJS.ProcessEnv,
): Monolith | undefined =>
  LEGACY_URL === undefined
    ? undefined
    : {
        url: LEGACY_URL,
        areas: LEGACY_AREAS.length === 0 ? AREAS : AREAS.filter(({ name }) => LEGACY_AREAS.includes(name)),
        keyPath: env['SERVICE_KEY_PATH'] ?? join(LEGO_MOC_DATA_DIR, 'keys', 'gateway.jwk.json'),
        comparedPerSecond: LEGACY_COMPARED_PER_SECOND,
      };

/** Throws a `ZodError` that names the variable at fault. Defaults fit the embedded platform. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const set = environment.parse(env);
  const urls = serviceUrls.parse(env);
  const embeddedKeys =
    set.LEGO_MOC_DATA_DIR === undefined ? undefined : join(set.LEGO_MOC_DATA_DIR, 'keys', 'gateway.jwks.json');
  return {
    port: set.PORT,
    host: set.HOST,
    logLevel: set.LOG_LEVEL,
    auth: {
      jwksUrl: set.AUTH_JWKS_URL,
      issuer: set.AUTH_ISSUER,
      audience: set.AUTH_AUDIENCE,
      leewayS: set.TOKEN_LEEWAY_S,
    },
    developmentIssuerUrl: set.DEVELOPMENT_ISSUER_URL,
    upstreams: {
      ...Object.fromEntries(SERVICES.map((service) => [service.name, urls[urlVariableOf(service)] ?? ''])),
      ...optionalUpstreams(env),
    },
    contextKeys: {
      path: set.USER_CONTEXT_KEYS_PATH ?? embeddedKeys,
      rotateEveryMs: set.USER_CONTEXT_ROTATION_HOURS * HOUR_MS,
    },
    trustedProxies: set.TRUSTED_PROXIES,
    corsOrigins: set.CORS_ORIGINS,
    timeouts: TIMEOUTS,
    drainMs: set.DRAIN_MS,
    finishMs: set.FINISH_MS,
    redisUrl: set.REDIS_URL,
    tracing: set,
    monolith: monolithIn(set, env),
    rateLimits: { scale: set.RATE_LIMIT_SCALE, onOutage: set.RATE_LIMIT_ON_OUTAGE },
  };
};
