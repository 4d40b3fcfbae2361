import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { openApi } from '../../test/api-documents/documents.ts';

type Operation = { readonly tags: readonly string[]; readonly deprecated?: boolean };
type Document = ReturnType<typeof openApi>;

/** The routes of one service, without those under former names and those of operators. */
const partOf = (document: Document, service: string): Document => {
  const isOwn = (operation: unknown): boolean => {
    const { tags, deprecated } = operation as Operation;
    return tags.includes(service) && deprecated !== true;
  };
  const paths = Object.entries(document.paths)
    .filter(([path]) => !path.startsWith('/ops/'))
    .map(
      ([path, item]) =>
        [path, Object.fromEntries(Object.entries(item).filter(([, operation]) => isOwn(operation)))] as const,
    )
    .filter(([, item]) => Object.keys(item).length > 0);
  return { ...document, paths: Object.fromEntries(paths) };
};

const PROGRAM = `import createClient from 'openapi-fetch';

export const connect = (options) => createClient(options);
`;
const TYPES = `import type { Client, ClientOptions } from 'openapi-fetch';
import type { paths } from './schema.js';

/** A client of these routes: \`client.GET(PATH, { params })\` answers with \`data\` or \`error\`, both typed. */
export declare const connect: (options: ClientOptions) => Client<paths>;
`;

const manifest = (service: string, version: string): object => ({
  name: `@lego-moc/${service}-client`,
  ...{ version, license: 'MIT', type: 'module', exports: './client.js', files: ['client.js', '*.d.ts'] },
  dependencies: { 'openapi-fetch': '^0.17.0' },
});

/** Writes a package per service into \`folder\`, ready for \`npm publish\`; returns the names of the services. */
export const writeClients = async (folder: string): Promise<readonly string[]> => {
  const document = openApi();
  const services = document.tags.map(({ name }) => name);
  for (const service of services) {
    const part = partOf(document, service);
    if (Object.keys(part.paths).length === 0) continue;
    const target = join(folder, service);
    await mkdir(target, { recursive: true });
    const schema = await openapiTS(JSON.stringify(part));
    await writeFile(join(target, 'schema.d.ts'), astToString(schema));
    await writeFile(join(target, 'client.js'), PROGRAM);
    await writeFile(join(target, 'client.d.ts'), TYPES);
    await writeFile(
      join(target, 'package.json'),
      `${JSON.stringify(manifest(service, document.info.version), undefined, 2)}\n`,
    );
  }
  return services;
};

if (import.meta.main) await writeClients(process.argv[2] ?? join(import.meta.dirname, 'clients'));
