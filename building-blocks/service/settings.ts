import { join } from 'node:path';
import { z } from 'zod';
import { LOCAL_GATEWAY_URL } from '@lego-moc/http/default-ports';

/** The data directory of all embedded components. */
export const dataDirSetting = { LEGO_MOC_DATA_DIR: z.string().default('.data') };

/** Requests in flight have 20 s afterwards, and the process ends after 28 s. */
const DRAIN_MAX_MS = 7_000;

/** The settings that every service reads from its environment besides its own. Defaults fit the embedded launcher. */
export const serviceSettings = (port: number) => ({
  ...dataDirSetting,
  /** The address it listens on: `0.0.0.0` where others reach it from other machines. */
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(port),
  /** How long a stopping service still takes requests, so that load balancers see `/ready` fail first. */
  DRAIN_MS: z.coerce.number().int().min(0).max(DRAIN_MAX_MS).default(0),
  USER_CONTEXT_JWKS_URL: z.url().default(`${LOCAL_GATEWAY_URL}/.well-known/user-context-jwks.json`),
  SERVICE_JWKS_PATH: z.string().optional(),
});

/** The directory of the services' keys, unless the environment names another. */
export const keysFolder = (dataDir: string): string => join(dataDir, 'keys');

/** The public keys of the services, unless the environment names another file. */
export const serviceKeysPath = (settings: {
  readonly LEGO_MOC_DATA_DIR: string;
  readonly SERVICE_JWKS_PATH?: string | undefined;
}): string => settings.SERVICE_JWKS_PATH ?? join(keysFolder(settings.LEGO_MOC_DATA_DIR), 'services.jwks.json');
