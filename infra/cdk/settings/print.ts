import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ServiceContract } from '@lego-moc/http/service-contract';
import type { Context } from '@lego-moc/service/run-context';
import { openScope } from '@lego-moc/service/run-context';
import { eventStore, tracing } from '@lego-moc/service/resources/core';
import { serviceSettings } from '@lego-moc/service/settings';
import { SERVICES } from '../../../contexts/registry.ts';
import { readConfig } from '../../../gateway/config.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Notes the name of every variable that is looked up. */
const recordingEnv = (values: Record<string, string>, names: Set<string>): NodeJS.ProcessEnv =>
  new Proxy<NodeJS.ProcessEnv>(values, {
    get: (target, name) => {
      if (typeof name === 'string') names.add(name);
      return target[name as string];
    },
  });

const isContext = (value: unknown): value is Context =>
  typeof value === 'object' && value !== null && 'wire' in value && 'service' in value;

const contextOf = async ({ name }: ServiceContract): Promise<Context> => {
  const module = (await import(pathToFileURL(join(ROOT, 'contexts', name, 'context.ts')).href)) as object;
  const context = Object.values(module).find(isContext);
  if (context === undefined) throw new Error(`contexts/${name}/context.ts exports no context`);
  return context;
};

/** Wires the context as `runContext` does, without starting anything, and returns the variables that it looked up. */
const variablesOf = async (service: ServiceContract, dataDir: string): Promise<readonly string[]> => {
  const names = new Set<string>();
  const values = {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false',
    LEGO_MOC_DATA_DIR: dataDir,
  };
  const context = await contextOf(service);
  const { scope } = openScope(context, { env: recordingEnv(values, names) });
  scope.read(serviceSettings(service.port));
  scope.use(eventStore);
  scope.use(tracing);
  context.wire(scope);
  return [...names].sort();
};

const gatewayVariables = (): readonly string[] => {
  const names = new Set<string>();
  readConfig(recordingEnv({}, names));
  return [...names].sort();
};

const dataDir = mkdtempSync(join(tmpdir(), 'lego-moc-settings-'));
try {
  const variables: Record<string, readonly string[]> = { gateway: gatewayVariables() };
  for (const service of SERVICES) variables[service.name] = await variablesOf(service, dataDir);
  process.stdout.write(JSON.stringify(variables));
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
// Clients that were opened but never used keep the process alive.
process.exit();
