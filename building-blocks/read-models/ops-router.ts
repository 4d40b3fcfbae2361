import { PassThrough } from 'node:stream';
import { Router, type RequestHandler } from 'express';
import { z } from 'zod';
import { problem, streamed, type Reply } from '@lego-moc/http/respond';
import { defineRoute, route, type RouteContract } from '@lego-moc/http/route-contract';
import { operableName, operableRoutes, groupStatus } from '@lego-moc/service/operable-routes';
import { RebuildRunning, type Progress } from './rebuild.ts';
import type { RunningProjection } from './run-projection.ts';

const projectionRoutes = operableRoutes<RunningProjection>({
  one: 'projection',
  many: 'projections',
  status: groupStatus.extend({ generation: z.int(), builtAt: z.string(), rows: z.int() }),
});

const REBUILD = defineRoute({
  tags: ['operations'],
  access: 'operator',
  method: 'post',
  path: '/ops/projections/:name/rebuild',
  summary: 'Build the read model anew from the first event on, while readers go on with the old one',
  params: operableName,
  replies: {
    200: {
      description: 'Progress, a JSON object a line; the last says done or failed',
      mediaType: 'application/x-ndjson',
    },
    404: { description: 'There is no such projection' },
    409: { description: 'It is being rebuilt already' },
  },
});

/** For the OpenAPI document of the service. */
export const PROJECTION_CONTRACTS: readonly RouteContract[] = [...projectionRoutes.contracts, REBUILD];

/**
 * Answers with the progress as it comes. A caller who leaves does not end the rebuild; one who comes while it runs is
 * told so.
 */
const rebuildReply = async (projection: RunningProjection): Promise<Reply> => {
  const lines = new PassThrough();
  const tell = (line: Progress | { readonly phase: 'failed'; readonly reason: string }): void => {
    if (!lines.destroyed) lines.write(`${JSON.stringify(line)}\n`);
  };
  const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
  const rebuilt = projection.rebuild((progress) => {
    begin(undefined);
    tell(progress);
  });
  const outcome = await Promise.race([
    begun,
    rebuilt.then(
      () => undefined,
      (error: unknown) => error,
    ),
  ]);
  if (outcome instanceof RebuildRunning) return problem(409, 'rebuild-running', `${outcome.message}.`);
  if (outcome !== undefined) throw outcome as Error;

  void rebuilt
    .catch((error: unknown) => tell({ phase: 'failed', reason: error instanceof Error ? error.name : 'Error' }))
    .finally(() => lines.end());
  return streamed(lines, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
};

/**
 * `/ops/projections` of a service. `guard` lets only operators pass; `projections` is asked for each request, since
 * they may start after the routes.
 */
export const projectionsRouter = (projections: () => readonly RunningProjection[], guard: RequestHandler): Router =>
  Router().use(
    projectionRoutes.router(projections, guard),
    route(REBUILD, ({ params }) => projectionRoutes.answerFor(projections(), params.name, rebuildReply)),
  );
