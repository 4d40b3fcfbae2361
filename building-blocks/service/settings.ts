import { join } from 'node:path';
import { z } from 'zod';

/** Where everything embedded keeps its data. */
export const dataDirSetting = { LEGO_MOC_DATA_DIR: z.string().default('.data') };

/** What every service is told by its environment; its own settings stand beside them. Defaults fit the embedded launcher. */
export const serviceSettings = (port: number) => ({
  PORT: z.coerce.number().int().min(0).max(65_535).default(port),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  EVENTSTORE_URL: z.string().default('esdb://127.0.0.1:9020?tls=false'),
  ...dataDirSetting,
  USER_CONTEXT_JWKS_URL: z.url().default('http://127.0.0.1:9000/.well-known/user-context-jwks.json'),
  SERVICE_JWKS_PATH: z.string().optional(),
});

export type ServiceConfig = {
  readonly port: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly eventStoreUrl: string;
  readonly userContextJwksUrl: string;
  readonly serviceJwksPath: string;
};

/** Where the keys of the services lie unless they are told otherwise. */
export const keysFolder = (dataDir: string): string => join(dataDir, 'keys');

/** The settings of `serviceSettings` by the names that services use. */
export const serviceConfig = (set: z.infer<z.ZodObject<ReturnType<typeof serviceSettings>>>): ServiceConfig => ({
  port: set.PORT,
  logLevel: set.LOG_LEVEL,
  eventStoreUrl: set.EVENTSTORE_URL,
  userContextJwksUrl: set.USER_CONTEXT_JWKS_URL,
  serviceJwksPath: set.SERVICE_JWKS_PATH ?? join(keysFolder(set.LEGO_MOC_DATA_DIR), 'services.jwks.json'),
});
