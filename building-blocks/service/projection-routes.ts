import { Router, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import { noContent, problem, type Reply } from '@lego-moc/http/respond';
import { defineRoute, route, type RouteContract } from '@lego-moc/http/route-contract';
import { NoFormerGeneration, RebuildRunning } from '@lego-moc/read-models/read-model-store';
import type { RunningProjection } from '@lego-moc/read-models/run-projection';
import { formerGeneration, groupStatus, operableName, operableRoutes } from './operable-routes.ts';
import { causeOfChange } from './acting.ts';
import type { VisibilityOf } from './dead-letter-routes.ts';
import { progressReply } from './progress-reply.ts';
import { reasonQuery, type RecordAction } from './operator-actions.ts';

const projectionRoutes = operableRoutes<RunningProjection>({
  singular: 'projection',
  plural: 'projections',
  status: groupStatus.extend({
    ...{ generation: z.int(), builtAt: z.string(), rows: z.int() },
    former: formerGeneration.optional(),
  }),
});

const RUNNING = 'rebuild-running: it is being rebuilt, rolled back or verified already';
const CONFLICTS = {
  rebuild: RUNNING,
  verify: RUNNING,
  rollback: `${RUNNING}; no-former-generation: nothing is kept that fits this release`,
} as const;

const jobRoute = <Query extends z.ZodType>(job: 'rebuild' | 'rollback' | 'verify', summary: string, query: Query) =>
  defineRoute({
    ...{ tags: ['operations'], access: 'operator', method: 'post', path: `/ops/projections/:name/${job}`, summary },
    params: operableName,
    query,
    replies: {
      200: {
        description: 'Progress, a JSON object a line; the last says done or failed',
        mediaType: 'application/x-ndjson',
      },
      404: { description: 'There is no such projection' },
      409: { description: CONFLICTS[job] },
    },
  });

const REBUILD = jobRoute(
  'rebuild',
  'Rebuild the read model from the first event on, while readers keep the former one',
  reasonQuery,
);
const ROLLBACK = jobRoute(
  'rollback',
  'Show the rows from before the last rebuild again, with those that have changed since; a second call undoes it',
  reasonQuery,
);
const VERIFY = jobRoute(
  'verify',
  'Compare the read model with a rebuild from the streams, and change nothing',
  z.object({}),
);

const CANCEL = defineRoute({
  ...{ tags: ['operations'], access: 'operator', method: 'post', path: '/ops/projections/:name/cancel' },
  summary: 'End the rebuild or verification that runs; readers keep what they have',
  ...{ params: operableName, query: reasonQuery },
  replies: {
    204: { description: 'It ends at its next step' },
    404: { description: 'There is no such projection' },
    409: { description: 'no-job-running: nothing runs in the instance that was asked' },
  },
});

/** For the OpenAPI document of the service. */
export const PROJECTION_CONTRACTS: readonly RouteContract[] = [
  ...projectionRoutes.contracts,
  REBUILD,
  ROLLBACK,
  VERIFY,
  CANCEL,
];

/** A job that is refused because of another one, or for want of what it needs. */
const jobReply = async (run: Parameters<typeof progressReply>[0]): Promise<Reply> => {
  try {
    return await progressReply(run);
  } catch (error) {
    if (error instanceof RebuildRunning) return problem(409, 'rebuild-running', `${error.message}.`);
    if (error instanceof NoFormerGeneration) return problem(409, 'no-former-generation', `${error.message}.`);
    throw error;
  }
};

/**
 * `/ops/projections` of a service. `guard` admits only operators; `projections` is called for each request, since
 * they may start after the routes. `recordAction` is given each action that changes something.
 */
export const projectionsRouter = (
  projections: () => readonly RunningProjection[],
  guard: RequestHandler,
  recordAction: RecordAction,
  visibilityOf?: VisibilityOf,
): Router => {
  const job = (name: string, start: (projection: RunningProjection) => Promise<Reply>): Promise<Reply> =>
    projectionRoutes.answerFor(projections(), name, start);
  /** A job that was refused is no action. */
  const recordJob = async (request: Request, action: string, target: string, reply: Reply): Promise<Reply> => {
    if (reply.status === 200) await recordAction(request, { action, target, count: null });
    return reply;
  };
  return Router().use(
    projectionRoutes.router(projections, guard, recordAction, visibilityOf),
    route(REBUILD, ({ params, request }) => {
      causeOfChange(request);
      return job(params.name, async (projection) =>
        recordJob(request, 'rebuild', params.name, await jobReply((report) => projection.rebuild(report))),
      );
    }),
    route(ROLLBACK, ({ params, request }) => {
      causeOfChange(request);
      return job(params.name, async (projection) =>
        recordJob(request, 'rollback', params.name, await jobReply((report) => projection.rollBack(report))),
      );
    }),
    route(VERIFY, ({ params }) => job(params.name, (projection) => jobReply((report) => projection.verify(report)))),
    route(CANCEL, ({ params, request }) => {
      causeOfChange(request);
      return job(params.name, async (projection) => {
        if (!projection.cancel())
          return problem(409, 'no-job-running', `No rebuild or verification of ${params.name} runs.`);
        await recordAction(request, { action: 'cancel', target: params.name, count: null });
        return noContent();
      });
    }),
  );
};
