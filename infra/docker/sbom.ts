import { join, resolve } from 'node:path';
import { readFileSync } from 'node:fs';

const ROOT = resolve(import.meta.dirname, '../..');

type Names = Readonly<Record<string, string>>;

/** A package as npm has locked it. */
type LockedPackage = {
  readonly name?: string;
  readonly version?: string;
  /** Of a link: the folder of the workspace. */
  readonly resolved?: string;
  readonly link?: boolean;
  readonly integrity?: string;
  readonly license?: string;
  readonly os?: string | readonly string[];
  readonly libc?: string | readonly string[];
  readonly dependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly peerDependencies?: Names;
};

/** The part of npm's lockfile that says what is installed where. */
export type Lockfile = { readonly packages: Readonly<Record<string, LockedPackage>> };

type Component = {
  readonly type: 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly licenses?: readonly object[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
};

type Application = {
  readonly type: 'application';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
};

/** A bill of materials as CycloneDX 1.5 describes it. */
export type BillOfMaterials = {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.5';
  readonly version: 1;
  readonly metadata: { readonly component: Application };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
};

/** Images are of Debian, on either processor. */
const isInImage = ({ os, libc }: LockedPackage): boolean =>
  (os === undefined || os.includes('linux')) && (libc === undefined || libc.includes('glibc'));

const nameOf = (path: string, { name }: LockedPackage): string =>
  name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

const refOf = (path: string, entry: LockedPackage): string => `${nameOf(path, entry)}@${entry.version ?? '0'}`;

/** Where Node finds a package that a file in `path` imports: in the nearest `node_modules` that has it. */
const findPackage = (packages: Readonly<Record<string, LockedPackage>>, path: string, name: string) => {
  for (let folder: string | undefined = path; folder !== undefined;) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    const entry = packages[candidate];
    if (entry?.link === true) return entry.resolved;
    if (entry !== undefined) return candidate;
    folder = folder === '' ? undefined : folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
  }
  return undefined;
};

const licencesOf = ({ license }: LockedPackage): Pick<Component, 'licenses'> => {
  if (license === undefined) return {};
  return { licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }] };
};

const hashesOf = ({ integrity }: LockedPackage): Pick<Component, 'hashes'> => {
  const [algorithm, content] = integrity?.split('-', 2) ?? [];
  if (algorithm !== 'sha512' || content === undefined) return {};
  return { hashes: [{ alg: 'SHA-512', content: Buffer.from(content, 'base64').toString('hex') }] };
};

const componentOf = (path: string, entry: LockedPackage): Component => {
  const [name, version] = [nameOf(path, entry), entry.version ?? '0'];
  const isOwn = !path.includes('node_modules/');
  return {
    ...{ type: 'library', 'bom-ref': refOf(path, entry), name, version },
    ...(isOwn ? {} : { purl: `pkg:npm/${name.replace('@', '%40')}@${version}` }),
    ...licencesOf(entry),
    ...hashesOf(entry),
  };
};

/** What the image of a service has of packages, by the lockfile that it is installed from; the same every time. */
export const billOf = (service: string, { packages }: Lockfile): BillOfMaterials => {
  const start = service === 'gateway' ? service : `contexts/${service}`;
  const workspace = packages[start];
  if (workspace === undefined) throw new Error(`There is no service ${service}`);
  const components = new Map<string, Component>();
  const dependencies = new Map<string, Set<string>>();
  const visitedPaths = new Set<string>();
  const visit = (path: string): void => {
    const entry = packages[path];
    if (entry === undefined || visitedPaths.has(path)) return;
    visitedPaths.add(path);
    const ref = refOf(path, entry);
    components.set(ref, componentOf(path, entry));
    const neededRefs = dependencies.get(ref) ?? new Set();
    dependencies.set(ref, neededRefs);
    const neededNames = { ...entry.peerDependencies, ...entry.optionalDependencies, ...entry.dependencies };
    for (const name of Object.keys(neededNames)) {
      const target = findPackage(packages, path, name);
      const dependency = target === undefined ? undefined : packages[target];
      if (target === undefined || dependency === undefined || !isInImage(dependency)) continue;
      neededRefs.add(refOf(target, dependency));
      visit(target);
    }
  };
  visit(start);
  const root = refOf(start, workspace);
  const application = {
    type: 'application',
    name: service,
    version: workspace.version ?? '0',
    'bom-ref': root,
  } as const;
  components.delete(root);
  const byRef = (some: string, other: string): number => (some < other ? -1 : 1);
  return {
    ...{ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, metadata: { component: application } },
    components: [...components.values()].sort((some, other) => byRef(some['bom-ref'], other['bom-ref'])),
    dependencies: [...dependencies]
      .map(([ref, refs]) => ({ ref, dependsOn: [...refs].sort(byRef) }))
      .sort((some, other) => byRef(some.ref, other.ref)),
  };
};

export const readLockfile = (): Lockfile =>
  JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lockfile;

if (import.meta.main) {
  const [service = ''] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(billOf(service, readLockfile()), null, 2)}\n`);
}
