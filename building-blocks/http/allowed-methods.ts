import type { RouteContract } from './route-contract.ts';

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/:\w+/g, '[^/]+')}$`);

/** By which methods a path can be asked, according to `contracts`; none when it is nowhere. */
export const allowedMethods = (contracts: readonly RouteContract[]): ((path: string) => readonly string[]) => {
  const known = contracts.map(({ method, path }) => ({ method: method.toUpperCase(), pattern: patternOf(path) }));
  return (path) =>
    [...new Set(known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].toSorted();
};
