import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startEnvironment } from './environment.ts';

/** The first process of a container: settles the environment, then becomes the service that `SERVICE` names. */
const ROOT = resolve(import.meta.dirname, '../..');

const ENTRIES: Readonly<Record<string, string>> = {
  gateway: 'gateway/main.ts',
  identity: 'infra/embedded/identity/main.ts',
  prepare: 'infra/docker/prepare.ts',
};

const { variables, files } = startEnvironment(process.env);
for (const [path, content] of files) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, content, { mode: 0o600 });
}
const service = variables['SERVICE'] ?? '';
if (!/^[a-z][a-z0-9-]*$/.test(service)) throw new Error('SERVICE names the service that this image runs');
for (const name of Object.keys(process.env)) if (!(name in variables)) Reflect.deleteProperty(process.env, name);
Object.assign(process.env, variables);
await import(pathToFileURL(join(ROOT, ENTRIES[service] ?? `contexts/${service}/main.ts`)).href);
