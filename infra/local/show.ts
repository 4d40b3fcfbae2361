import { join, relative } from 'node:path';
import { formatTable } from '@lego-moc/projections-cli/output';
import type { Environment } from './environment.ts';
import type { Platform } from './platform.ts';
import {
  CONTEXTS,
  EMBEDDED_COMPONENTS,
  GATEWAY,
  IN_PROCESS_DEFAULTS,
  portOf,
  optionalServicesFor,
} from './registry.ts';

/** Rows of equal width per column, indented. */
export const table = (rows: readonly (readonly string[])[]): string => formatTable(rows).replaceAll(/^/gm, '  ');

/** A URL that may be shown: without credentials. */
const withoutSecrets = (url: string): string => url.replace(/\/\/[^@/]*@/, '//');

/** The services with their ports, and the needs that are met by embedded components. */
export const overview = ({ url, ports }: Platform, dataDir: string, env: Environment): string => {
  const services = [GATEWAY, ...CONTEXTS, ...optionalServicesFor(env)].map(({ name, purpose }) => [
    name,
    name === 'gateway' ? url : `http://127.0.0.1:${portOf(ports, name)}`,
    purpose,
  ]);
  const real = (variable: string): string | undefined => {
    const value = env[variable];
    return value === undefined ? undefined : withoutSecrets(value);
  };
  const parts = EMBEDDED_COMPONENTS.map(({ name, variable, purpose }) => [
    name,
    real(variable) === undefined ? 'embedded' : 'real',
    real(variable) ?? `127.0.0.1:${portOf(ports, name)}`,
    purpose,
    variable,
  ]);
  const within = IN_PROCESS_DEFAULTS.map(({ component, variable, embedded }) => [
    component,
    real(variable) === undefined ? 'embedded' : 'real',
    real(variable) ?? '',
    real(variable) === undefined ? embedded : '',
    variable,
  ]);
  const home = relative(process.cwd(), dataDir) || dataDir;
  return [
    'Services',
    table(services),
    '',
    `Operations console: ${url}/console`,
    '',
    'What they stand on                                      (set the variable to use a real one)',
    table([...parts, ...within]),
    '',
    `Data in ${home}, logs in ${join(home, 'logs')}`,
  ].join('\n');
};
