import type { RouteContract } from './route-contract.ts';
import { pathPattern } from './service-contract.ts';

/** By which methods a path can be asked, according to `contracts`; none when it is nowhere. */
export const allowedMethods = (contracts: readonly RouteContract[]): ((path: string) => readonly string[]) => {
  const endpoints = contracts.map(({ method, path }) => ({ method: method.toUpperCase(), pattern: pathPattern(path) }));
  return (path) =>
    [...new Set(endpoints.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].toSorted();
};
