import type { OpenApiDocument } from '@lego-moc/http/openapi';
import type { Deprecation, Route, ServiceName } from '../routing/routes.ts';
import type { Documents } from './service-documents.ts';

type Operation = Readonly<Record<string, unknown>>;
type Paths = Record<string, Record<string, Operation>>;

const METHODS = new Set(['get', 'put', 'post', 'delete', 'patch', 'head', 'options']);

const lowestFirst = (left: Route, right: Route): number => right.target.length - left.target.length;

type RoutedPath = { readonly path: string; readonly route: Route };

const leadsTo = (service: ServiceName, { upstream, target, exceptions = [] }: Route, path: string): boolean => {
  if (path !== target && !path.startsWith(`${target}/`)) return false;
  const exception = exceptions.find(({ pattern }) => pattern.test(path));
  return service === (exception?.upstream ?? upstream);
};

/** The public paths of a service's path: the first current one, and all deprecated ones. */
const publicPaths = (service: ServiceName, routes: readonly Route[], path: string): readonly RoutedPath[] => {
  const leading = routes.filter((route) => leadsTo(service, route, path));
  const [first] = leading.filter(({ deprecation }) => deprecation === undefined);
  const publicRoutes = leading.filter((route) => route === first || route.deprecation !== undefined);
  return publicRoutes.map((route) => ({ path: route.prefix + path.slice(route.target.length), route }));
};

const deprecationFields = (deprecation: Deprecation | undefined): Operation =>
  deprecation === undefined ? {} : { deprecated: true };

const publicOperation = (
  service: string,
  path: string,
  method: string,
  operation: Operation,
  route: Route,
): Operation => ({
  operationId: `${service}_${method}_${path.replaceAll(/\W+/g, '_')}`,
  ...operation,
  ...deprecationFields(route.deprecation),
  tags: [service],
});

const isPublic = (method: string, operation: unknown): operation is Operation =>
  METHODS.has(method) &&
  typeof operation === 'object' &&
  operation !== null &&
  !('x-access' in operation && operation['x-access'] === 'service');

const addPaths = (paths: Paths, service: ServiceName, document: OpenApiDocument, routes: readonly Route[]): void => {
  const orderedRoutes = routes.toSorted(lowestFirst);
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  for (const { path, method, operation } of operations) {
    if (!isPublic(method, operation)) continue;
    for (const { path: name, route } of publicPaths(service, orderedRoutes, path)) {
      const operations = (paths[name] ??= {});
      operations[method] ??= publicOperation(service, name, method, operation, route);
    }
  }
};

export type MergedOpenApi = OpenApiDocument & {
  readonly info: {
    readonly description: string;
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
};

/** The messages that a service sends, marked with its name. */
const webhooksOf = (service: ServiceName, { webhooks = {} }: OpenApiDocument): Paths =>
  Object.fromEntries(
    Object.entries(webhooks).map(([name, item]) => [
      name,
      Object.fromEntries(
        Object.entries(item).map(([method, operation]) => [
          method,
          { operationId: `${service}_${name.replaceAll(/\W+/g, '_')}`, ...(operation as Operation), tags: [service] },
        ]),
      ),
    ]),
  );

/**
 * One OpenAPI document of all published operations, under their public paths, and of all messages to webhooks. Operations
 * without a route, and internal ones, are left out.
 */
export const mergeOpenApi = (routes: readonly Route[], documents: Documents<OpenApiDocument>): MergedOpenApi => {
  const paths: Paths = {};
  const webhooks: Paths = {};
  const services = [...new Set(routes.map(({ upstream }) => upstream))].filter((service) => documents[service]);
  for (const service of services) {
    const document = documents[service];
    if (document === undefined) continue;
    addPaths(paths, service, document, routes);
    Object.assign(webhooks, webhooksOf(service, document));
  }
  const components = services.map((service) => documents[service]?.components ?? {});
  return {
    openapi: '3.1.0',
    info: {
      title: 'LEGO MOC platform',
      version: '1.0.0',
      description: 'For builders of their own creations, and for those who build programs for them.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // The origin that the document came from.
    servers: [{ url: '/' }],
    paths,
    ...(Object.keys(webhooks).length === 0 ? {} : { webhooks }),
    components: Object.assign({}, ...components) as OpenApiDocument['components'],
    tags: services.map((name) => ({ name })),
  };
};
