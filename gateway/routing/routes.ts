import { pathPattern, type PublicRoute, type ServiceContract } from '@lego-moc/http/service-contract';
import type { Capability } from '@lego-moc/migration/contracts/capabilities';
import { OPTIONAL_SERVICES, SERVICES } from '../../contexts/registry.ts';

/** The name of a service behind the gateway. */
export type ServiceName = ServiceContract['name'];

export type Deprecation = {
  /** The date since which it is deprecated. */
  readonly since: Date;
  /** The date of its removal. */
  readonly sunset?: Date;
  /** The replacement. */
  readonly successor?: string;
};

/** A path below a route that has an upstream of its own. */
export type Exception = { readonly pattern: RegExp; readonly upstream: ServiceName };

export type Route = {
  /** Covers this path and every path below it. */
  readonly prefix: string;
  /** The service that describes the route and serves it, unless a migration sends the user elsewhere. */
  readonly upstream: ServiceName;
  /** The prefix as the upstream knows it. */
  readonly target: string;
  /** `optional`: whoever sends no credentials is passed on without. */
  readonly access: PublicRoute['access'] | 'optional';
  /** The upstream's paths that accept files: 100 MiB and 30 s instead of 1 MiB and 5 s. */
  readonly uploads?: readonly RegExp[];
  /** Paths in the upstream's form that another service serves. */
  readonly exceptions?: readonly Exception[];
  readonly deprecation?: Deprecation;
  /** Clients speak the monolith's contract here; with a capability, users that have moved are served by `upstream`. */
  readonly legacy?: { readonly area: string; readonly capability?: Capability };
  /** Takes writes of users that have moved only. */
  readonly moves?: Capability;
};

const exceptionsOf = ({ name: upstream, within = [] }: ServiceContract): readonly Exception[] =>
  within.map((pattern) => ({ pattern: pathPattern(pattern), upstream }));

/** `/v1/mocs` is published as `/api/mocs` and `/v1/mocs`, `/files` as `/api/files` only. */
const prefixesOf = (path: string): readonly string[] =>
  path.startsWith('/v1/') ? [path.replace('/v1/', '/api/'), path] : [`/api${path}`];

const routesOf = (service: ServiceContract, exceptions: readonly Exception[]): readonly Route[] => [
  ...service.routes.flatMap(({ path, access }) =>
    prefixesOf(path).map((prefix) => ({
      ...{ prefix, upstream: service.name, target: path, access, exceptions },
      uploads: (service.uploads ?? []).map(pathPattern),
    })),
  ),
  { prefix: `/ops/${service.name}`, upstream: service.name, target: '/ops', access: 'operator' },
];

type Alias = { readonly prefix: string; readonly of: string; readonly deprecation: Deprecation };

const DEPRECATED_SINCE = new Date('2026-11-22T00:00:00Z');

/** Paths of the monolith. */
const ALIASES: readonly Alias[] = [
  {
    prefix: '/api/mocs/search',
    of: '/api/search',
    deprecation: { since: DEPRECATED_SINCE, successor: '/api/search' },
  },
  {
    prefix: '/api/flag',
    of: '/api/flags',
    deprecation: { since: DEPRECATED_SINCE, successor: '/api/flags' },
  },
  {
    prefix: '/api/moc-instructions',
    of: '/api/mocs',
    deprecation: { since: DEPRECATED_SINCE, successor: '/api/mocs' },
  },
  {
    prefix: '/api/user/parts-lists',
    of: '/api/users/me/parts-lists',
    deprecation: { since: DEPRECATED_SINCE, successor: '/api/users/me/parts-lists' },
  },
];

/** The public routes of `services`. An alias has the rules of the route it stands for, deprecated. */
export const routesFrom = (services: readonly ServiceContract[]): readonly Route[] => {
  const exceptions = services.flatMap(exceptionsOf);
  const routes = services.flatMap((service) => routesOf(service, exceptions));
  const aliases = ALIASES.flatMap(({ prefix, of, deprecation }) =>
    routes.filter((route) => route.prefix === of).map((route) => ({ ...route, prefix, deprecation })),
  );
  return [...routes, ...aliases];
};

export const ROUTES = routesFrom([...SERVICES, ...OPTIONAL_SERVICES]);
