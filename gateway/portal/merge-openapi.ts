import type { OpenApiDocument } from '@lego-moc/http/openapi';
import type { Deprecation, Route, UpstreamName } from '../routes-table.ts';

/** What a service says about itself; `undefined` when it has not been reached yet. */
export type ServiceDocuments = Readonly<Partial<Record<UpstreamName, OpenApiDocument | undefined>>>;

type Operation = Readonly<Record<string, unknown>>;
type Paths = Record<string, Record<string, Operation>>;

const METHODS = new Set(['get', 'put', 'post', 'delete', 'patch', 'head', 'options']);

const lowestFirst = (one: Route, other: Route): number => other.target.length - one.target.length;

/** The public name of a service's path; the first of several routes that lead there is the one to be told. */
const publicPath = (routes: readonly Route[], path: string): { path: string; route: Route } | undefined => {
  const route = routes.find(({ target }) => path === target || path.startsWith(`${target}/`));
  return route && { path: route.prefix + path.slice(route.target.length), route };
};

const deprecated = (deprecation: Deprecation | undefined): Operation =>
  deprecation === undefined ? {} : { deprecated: true };

const published = (service: string, path: string, method: string, operation: Operation, route: Route): Operation => ({
  operationId: `${service}_${method}_${path.replaceAll(/\W+/g, '_')}`,
  ...operation,
  ...deprecated(route.deprecation),
  tags: [service],
});

const addPaths = (paths: Paths, service: UpstreamName, document: OpenApiDocument, routes: readonly Route[]): void => {
  const own = routes.filter(({ upstream }) => upstream === service).toSorted(lowestFirst);
  for (const [path, item] of Object.entries(document.paths)) {
    const found = publicPath(own, path);
    if (found === undefined) continue;
    for (const [method, operation] of Object.entries(item)) {
      if (!METHODS.has(method) || typeof operation !== 'object' || operation === null) continue;
      if ('x-access' in operation && operation['x-access'] === 'service') continue;
      const known = (paths[found.path] ??= {});
      known[method] ??= published(service, found.path, method, operation as Operation, found.route);
    }
  }
};

/**
 * One OpenAPI document of all that the door leads to, under its public paths. What no route reaches, and what only
 * services may call, is left out.
 */
export const mergeOpenApi = (
  routes: readonly Route[],
  documents: ServiceDocuments,
): OpenApiDocument & { readonly tags: readonly { readonly name: string }[] } => {
  const paths: Paths = {};
  const reached = [...new Set(routes.map(({ upstream }) => upstream))].filter((service) => documents[service]);
  for (const service of reached) {
    const document = documents[service];
    if (document !== undefined) addPaths(paths, service, document, routes);
  }
  const components = reached.map((service) => documents[service]?.components ?? {});
  return {
    openapi: '3.1.0',
    info: { title: 'LEGO MOC platform', version: '1.0.0' },
    paths,
    components: Object.assign({}, ...components) as OpenApiDocument['components'],
    tags: reached.map((name) => ({ name })),
  };
};
