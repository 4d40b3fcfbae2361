import type { RequestHandler } from 'express';
import type { RouteContract } from './route-contract.ts';

type Layer = {
  readonly handle?: unknown;
  readonly route?: { readonly path: unknown; readonly stack: readonly { readonly method?: string }[] };
};

/** Answers without a body need no schema. */
const BODYLESS_STATUSES = new Set(['204', '205', '304']);

const layersOf = (handler: unknown): readonly Layer[] =>
  typeof handler === 'function' && 'stack' in handler ? (handler.stack as readonly Layer[]) : [];

const routeNames = (handler: unknown): readonly string[] =>
  layersOf(handler).flatMap(({ route, handle }) =>
    route === undefined
      ? routeNames(handle)
      : route.stack.map(({ method = 'all' }) => `${method.toUpperCase()} ${String(route.path)}`),
  );

const nameOf = ({ method, path }: RouteContract): string => `${method.toUpperCase()} ${path}`;

/** Routes without a contract. Routers that are mounted under a prefix are not seen with it: mount none. */
export const routesWithoutContract = (
  handlers: readonly RequestHandler[],
  contracts: readonly RouteContract[],
): readonly string[] => {
  const contractNames = new Set(contracts.map(nameOf));
  return handlers.flatMap(routeNames).filter((name) => !contractNames.has(name));
};

/** Successful replies with a body and without a schema. */
export const repliesWithoutSchema = (contracts: readonly RouteContract[]): readonly string[] =>
  contracts.flatMap((contract) =>
    Object.entries(contract.replies)
      .filter(
        ([status, reply]) =>
          Number(status) < 300 && !BODYLESS_STATUSES.has(status) && !reply.schema && !reply.mediaType,
      )
      .map(([status]) => `${nameOf(contract)} ${status}`),
  );
