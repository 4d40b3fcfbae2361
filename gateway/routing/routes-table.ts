export const UPSTREAMS = [
  'moc-management',
  'profile',
  'wishlist',
  'file-processing',
  'search',
  'file-storage',
] as const;
export type UpstreamName = (typeof UPSTREAMS)[number];

export type Deprecation = {
  /** Since when it should no longer be used. */
  readonly since: Date;
  /** When it will be gone. */
  readonly sunset?: Date;
  /** What to use instead. */
  readonly successor?: string;
};

export type Route = {
  /** Every path that is this or lies below it. */
  readonly prefix: string;
  readonly upstream: UpstreamName;
  /** What the prefix is called there. */
  readonly target: string;
  readonly access: 'anyone' | 'user' | 'operator';
  /** Which of its paths take files: 100 MiB and 30 s instead of 1 MiB and 5 s. */
  readonly uploads?: RegExp;
  /** Which of its paths belong to a service that is not there yet, and lead nowhere. */
  readonly planned?: RegExp;
  readonly deprecation?: Deprecation;
};

type Published = Pick<Route, 'upstream' | 'access' | 'uploads' | 'planned'> & { readonly name: string };

/** What galleries and the inventory will say of a MOC. */
const OF_A_MOC = /\/(?:gallery-images|parts-lists\/[^/]+\/status)(?:\/|$)/;

/** Reachable as `/api/<name>` and, under the same rules, as `/v1/<name>`. */
const PUBLISHED: readonly Published[] = [
  {
    ...{ name: 'mocs', upstream: 'moc-management', access: 'user' },
    uploads: /\/(with-files|files|parts-lists)$/,
    planned: OF_A_MOC,
  },
  { name: 'users', upstream: 'profile', access: 'user', uploads: /\/avatar$/ },
  // Signed by the Auth Service instead.
  { name: 'identity-events', upstream: 'profile', access: 'anyone' },
  { name: 'wishlist', upstream: 'wishlist', access: 'user', uploads: /\/image$/ },
  { name: 'search', upstream: 'search', access: 'user' },
  { name: 'jobs', upstream: 'file-processing', access: 'user' },
  { name: 'catalogue', upstream: 'file-processing', access: 'user' },
];

const published = ({ name, ...rest }: Published): readonly Route[] => [
  { ...rest, prefix: `/api/${name}`, target: `/v1/${name}` },
  { ...rest, prefix: `/v1/${name}`, target: `/v1/${name}` },
];

const operations = (upstream: UpstreamName): Route => ({
  prefix: `/ops/${upstream}`,
  upstream,
  target: '/ops',
  access: 'operator',
});

/** Signed download URLs carry their own permission. */
const DOWNLOADS: Route = { prefix: '/api/files', upstream: 'file-storage', target: '/files', access: 'anyone' };

/** What the monolith called otherwise. */
const FORMER: readonly Route[] = [
  {
    ...{ prefix: '/api/mocs/search', upstream: 'search', target: '/v1/search', access: 'user' },
    deprecation: { since: new Date('2026-11-22T00:00:00Z'), successor: '/api/search' },
  },
  {
    ...{ prefix: '/api/moc-instructions', upstream: 'moc-management', target: '/v1/mocs', access: 'user' },
    uploads: /\/parts-lists$/,
    planned: OF_A_MOC,
    deprecation: { since: new Date('2026-11-22T00:00:00Z'), successor: '/api/mocs' },
  },
];

export const ROUTES: readonly Route[] = [
  ...PUBLISHED.flatMap(published),
  DOWNLOADS,
  ...FORMER,
  ...UPSTREAMS.map(operations),
];

export type Match = {
  readonly route: Route;
  /** The path as the upstream knows it. */
  readonly path: string;
  readonly upload: boolean;
};

const covers = ({ prefix }: Route, path: string): boolean =>
  path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');

/** The most particular route first. */
const byLength = (one: Route, other: Route): number => other.prefix.length - one.prefix.length;

/** The first two segments of a path: every prefix has at least two, so they find its few candidates at once. */
const headOf = (path: string): string => {
  const second = path.indexOf('/', 1);
  const third = second === -1 ? -1 : path.indexOf('/', second + 1);
  return third === -1 ? path : path.slice(0, third);
};

/** Looks up which upstream a path belongs to; `undefined` when it is none's. */
export const routesTable = (routes: readonly Route[]): ((path: string) => Match | undefined) => {
  const byHead = Map.groupBy(routes.toSorted(byLength), ({ prefix }) => headOf(prefix));
  return (path) => {
    const route = byHead.get(headOf(path))?.find((candidate) => covers(candidate, path));
    if (route === undefined || route.planned?.test(path) === true) return undefined;
    return {
      route,
      path: route.target + path.slice(route.prefix.length),
      upload: route.uploads?.test(path) ?? false,
    };
  };
};
