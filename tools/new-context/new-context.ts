import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';

const TEMPLATE = join(import.meta.dirname, 'template');
const REGISTRY = 'contexts/registry.ts';
const PORTS = { first: 9150, last: 9990, step: 50 };

export type NewContext = {
  /** Written files, by their paths from the root. */
  readonly files: readonly string[];
  /** The one file that was changed. */
  readonly editedFile: string;
};

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const unregisteredPort = (routesText: string): number => {
  const usedPorts = new Set([...routesText.matchAll(/\d{4,5}/g)].map(([port]) => Number(port)));
  for (let port = PORTS.first; port <= PORTS.last; port += PORTS.step) if (!usedPorts.has(port)) return port;
  throw new Error(`Every port from ${PORTS.first} to ${PORTS.last} is taken: choose one in contracts/routes.ts`);
};

const portsIn = (root: string): string =>
  readdirSync(join(root, 'contexts'), { withFileTypes: true })
    .filter((entry) => existsSync(join(root, 'contexts', entry.name, 'contracts/routes.ts')))
    .map((entry) => readFileSync(join(root, 'contexts', entry.name, 'contracts/routes.ts'), 'utf8'))
    .join('\n');

const register = (text: string, name: string, constant: string): string =>
  text
    .replace('\n\n/**', `\nimport { ${constant} } from './${name}/contracts/routes.ts';\n\n/**`)
    .replace('\n];', `\n  ${constant},\n];`);

/**
 * Writes `contexts/<name>` below `root`: a service with one aggregate, three commands, one read model and four routes
 * that publishes and handles `user.erased`; and adds its line to the registry. Throws when the name is no kebab-case word
 * or is taken.
 */
export const newContext = async (root: string, name: string): Promise<NewContext> => {
  if (!/^[a-z]+(-[a-z]+)*$/.test(name)) throw new Error(`${name} is not a name in kebab-case, such as gallery`);
  const folder = `contexts/${name}`;
  if (existsSync(join(root, folder))) throw new Error(`There is a folder ${folder} already`);

  const words = name.split('-');
  const constant = words.join('_').toUpperCase();
  const values: Readonly<Record<string, string>> = {
    name,
    camel: words.map((word, index) => (index === 0 ? word : capital(word))).join(''),
    CONST: constant,
    Title: capital(words.join(' ')),
    port: String(unregisteredPort(portsIn(root))),
  };
  const fill = (text: string): string =>
    text.replaceAll(/__(name|camel|CONST|Title|port)__/g, (_, key: string) => values[key] ?? '');
  const write = async (path: string, text: string): Promise<void> => {
    const config = await resolveConfig(resolve(root, path));
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), await format(text, { ...config, filepath: path }));
  };

  const templates = readdirSync(TEMPLATE, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.txt'),
  );
  const files = templates.map((path) => ({ path: `${folder}/${path.slice(0, -'.txt'.length)}`, template: path }));
  for (const { path, template } of files) await write(path, fill(readFileSync(join(TEMPLATE, template), 'utf8')));
  await write(REGISTRY, register(readFileSync(join(root, REGISTRY), 'utf8'), name, constant));
  return { files: files.map(({ path }) => path), editedFile: REGISTRY };
};
