import { schemaOf, urlVariableOf } from '../../../building-blocks/http/service-contract.ts';
import { DEFAULT_PORTS } from '../../../building-blocks/http/default-ports.ts';
import { SERVICES } from '../../../contexts/registry.ts';
import type { VariablesRead } from '../settings/read.ts';

/** A process of the platform as it is deployed: the gateway, or a context of the registry. */
export type DeployedService = {
  readonly name: string;
  readonly port: number;
  readonly isGateway: boolean;
  /** Of PostgreSQL, when it uses a database. */
  readonly schema?: string;
  readonly extensions: readonly string[];
  /** The environment variables that it looks up. */
  readonly variables: ReadonlySet<string>;
  /** The names of the services that it calls. */
  readonly calls: readonly string[];
};

/** The parts of AWS that a service reaches, by the variable that names each. */
export const NEEDS = {
  database: 'DATABASE_URL',
  'event-store': 'EVENTSTORE_URL',
  cache: 'REDIS_URL',
  search: 'OPENSEARCH_URL',
} as const;

export type Backend = keyof typeof NEEDS;

export const BACKENDS = Object.keys(NEEDS) as readonly Backend[];

export const needs = ({ variables }: DeployedService, backend: Backend): boolean => variables.has(NEEDS[backend]);

export const storesObjects = ({ variables }: DeployedService): boolean => variables.has('S3_BUCKET');

export const scansForViruses = ({ variables }: DeployedService): boolean => variables.has('CLAMAV_URL');

/** Every process of the platform: a context of the registry is deployed without being named anywhere else. */
export const deployedServices = (variablesRead: VariablesRead): readonly DeployedService[] => {
  const describe = (name: string) => {
    const variables = new Set(variablesRead[name] ?? []);
    const calls = SERVICES.filter((other) => variables.has(urlVariableOf(other))).map((other) => other.name);
    return { name, variables, calls };
  };
  const gateway = { ...describe('gateway'), port: DEFAULT_PORTS.gateway, isGateway: true, extensions: [] };
  const contexts = SERVICES.map(({ name, port, extensions = [] }) => {
    const service = { ...describe(name), port, isGateway: false, extensions };
    return service.variables.has(NEEDS.database) ? { ...service, schema: schemaOf({ name }) } : service;
  });
  return [gateway, ...contexts];
};
