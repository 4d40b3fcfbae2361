import { globSync, readFileSync, rmSync } from 'node:fs';

/**
 * Removes the manifests of all workspaces that the service named on the command line does not reach, in a copy of the
 * repository: `npm ci` would install the packages of every workspace that it sees.
 */
const ROOTS: Readonly<Record<string, readonly string[]>> = {
  gateway: ['@lego-moc/gateway'],
  identity: ['@lego-moc/embedded-identity'],
  prepare: ['@lego-moc/postgres', '@lego-moc/auth-middleware', '@lego-moc/http'],
};

type Manifest = {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
};

const readManifest = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest;

const paths = (readManifest('package.json').workspaces ?? []).flatMap((pattern) => globSync(`${pattern}/package.json`));
const workspaces = new Map(paths.map((path) => [readManifest(path).name, { path, ...readManifest(path) }]));

const reachableNames = new Set<string>();
const reach = (name: string): void => {
  const workspace = workspaces.get(name);
  if (workspace === undefined || reachableNames.has(name)) return;
  reachableNames.add(name);
  Object.keys(workspace.dependencies ?? {}).forEach(reach);
};

const [service = ''] = process.argv.slice(2);
(ROOTS[service] ?? [`@lego-moc/${service}`]).forEach(reach);
if (reachableNames.size === 0) throw new Error(`There is no service ${service}`);
for (const [name, { path }] of workspaces) if (!reachableNames.has(name)) rmSync(path);
