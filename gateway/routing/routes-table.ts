import type { Route } from './routes.ts';

export type Match = {
  readonly route: Route;
  /** The path as the upstream knows it. */
  readonly path: string;
  /** Whether the path accepts files. */
  readonly upload: boolean;
};

const covers = ({ prefix }: Route, path: string): boolean =>
  path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');

/** The most specific route first. */
const byLength = (left: Route, right: Route): number => right.prefix.length - left.prefix.length;

/** The first two segments of a path: every prefix has at least two, so they select its few candidates. */
const headOf = (path: string): string => {
  const second = path.indexOf('/', 1);
  const third = second === -1 ? -1 : path.indexOf('/', second + 1);
  return third === -1 ? path : path.slice(0, third);
};

const matchesAny = (patterns: readonly RegExp[] | undefined, path: string): boolean =>
  patterns?.some((pattern) => pattern.test(path)) ?? false;

/** Looks up the route of a path; what `fallback` says without one. */
export const routesTable = (
  routes: readonly Route[],
  fallback: (path: string) => Match | undefined = () => undefined,
): ((path: string) => Match | undefined) => {
  const byHead = Map.groupBy(routes.toSorted(byLength), ({ prefix }) => headOf(prefix));
  return (publicPath) => {
    const route = byHead.get(headOf(publicPath))?.find((candidate) => covers(candidate, publicPath));
    if (route === undefined) return fallback(publicPath);
    const path = route.target + publicPath.slice(route.prefix.length);
    const exception = route.exceptions?.find(({ pattern }) => pattern.test(path));
    if (exception !== undefined) return { route: { ...route, upstream: exception.upstream }, path, upload: false };
    return { route, path, upload: matchesAny(route.uploads, path) };
  };
};
