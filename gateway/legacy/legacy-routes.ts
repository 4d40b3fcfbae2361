import { CAPABILITIES } from '@lego-moc/migration/contracts/capabilities';
import type { Match } from '../routing/routes-table.ts';
import type { Route } from '../routing/routes.ts';
import { capabilityOf, type Area } from './areas.ts';

/** The name of the monolith among the upstreams. */
export const MONOLITH = 'monolith';

const DEPRECATED_SINCE = new Date('2026-11-22T00:00:00Z');

/** Any path of these that no service and no area has: the monolith may know it. */
const FALLBACK = ['/api', '/uploads'];

/** The monolith limits files itself; whether a request carries one, its type says. */
const ANY_PATH = [/^/];

const deprecationOf = (prefix: string) => ({ since: DEPRECATED_SINCE, successor: prefix.replace('/api/', '/v1/') });

const monolithRoute = (prefix: string, area: string): Route => ({
  ...{ prefix, target: prefix, upstream: MONOLITH, access: 'optional', uploads: ANY_PATH },
  legacy: { area },
});

const routesOfArea = (area: Area): readonly Route[] => {
  const { name, prefixes, platform, kept = [] } = area;
  const capability = capabilityOf(area);
  if (platform === undefined || capability === undefined)
    return prefixes.map((prefix) => ({ ...monolithRoute(prefix, name), deprecation: deprecationOf(prefix) }));
  return [
    ...prefixes.map((prefix): Route => ({
      ...{ prefix, upstream: platform.service, target: platform.target, access: 'user' },
      ...{ legacy: { area: name, capability }, deprecation: deprecationOf(prefix) },
    })),
    ...kept.map((prefix) => ({ ...monolithRoute(prefix, name), deprecation: deprecationOf(prefix) })),
  ];
};

const isWithin = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);

/** Marks the routes that write what a capability moves: the platform takes writes of users that have moved only. */
const withCapability = (route: Route): Route => {
  const capability = CAPABILITIES.find((name) => route.prefix === `/v1/${name}`);
  return capability === undefined ? route : { ...route, moves: capability };
};

/**
 * The routes where a monolith runs: below `/api` its own contract, in the areas given; below `/v1` the platform's.
 */
export const routesBesideMonolith = (routes: readonly Route[], areas: readonly Area[]): readonly Route[] => {
  const prefixes = areas.flatMap((area) => area.prefixes);
  const others = routes.filter(({ prefix }) => !prefixes.some((areaPrefix) => isWithin(prefix, areaPrefix)));
  return [...others.map(withCapability), ...areas.flatMap(routesOfArea)];
};

/** The match of a path that nobody else has; `undefined` for one that cannot be the monolith's. */
export const fallbackMatch = (path: string): Match | undefined => {
  const prefix = FALLBACK.find((candidate) => path.startsWith(`${candidate}/`));
  return prefix === undefined ? undefined : { route: monolithRoute(prefix, 'other'), path, upload: true };
};
