import type { RouteContract } from './route-contract.ts';
import { pathPattern } from './service-contract.ts';

/** The methods of a path according to `contracts`; empty for an unknown path. */
export const allowedMethods = (contracts: readonly RouteContract[]): ((path: string) => readonly string[]) => {
  const endpoints = contracts.map(({ method, path }) => ({ method: method.toUpperCase(), pattern: pathPattern(path) }));
  return (path) =>
    [...new Set(endpoints.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].toSorted();
};
