import { PassThrough } from 'node:stream';
import { Router, type RequestHandler } from 'express';
import { z } from 'zod';
import type { Parked } from '@lego-moc/event-store/subscriptions';
import { ok, problem, streamed, type Reply } from '@lego-moc/http/respond';
import { defineRoute, route, type RouteContract } from '@lego-moc/http/route-contract';
import { RebuildRunning, type Progress } from './rebuild.ts';
import type { RunningProjection } from './run-projection.ts';

const status = z.object({
  name: z.string(),
  group: z.string(),
  state: z.enum(['connecting', 'live', 'waiting', 'stopped']),
  lag: z.int(),
  parked: z.int(),
  generation: z.int(),
  builtAt: z.string(),
  rows: z.int(),
  lastError: z.string().optional(),
});

const parkedMessage = z.object({
  number: z.string(),
  reason: z.string(),
  parkedAt: z.string().nullable(),
  link: z.string(),
  event: z
    .object({
      eventId: z.string(),
      type: z.string(),
      stream: z.string(),
      revision: z.string(),
      recordedAt: z.string(),
      correlationId: z.string(),
      data: z.unknown(),
    })
    .nullable(),
});

const named = z.object({ name: z.string() });
const about = { tags: ['operations'], access: 'operator' } as const;
const missing = { 404: { description: 'There is no such projection' } } as const;

const LIST = defineRoute({
  ...about,
  method: 'get',
  path: '/ops/projections',
  summary: 'The projections of this service and how they stand',
  replies: { 200: { description: 'All of them', schema: z.object({ projections: z.array(status) }) } },
});

const STATUS = defineRoute({
  ...about,
  method: 'get',
  path: '/ops/projections/:name',
  summary: 'How one projection stands',
  params: named,
  replies: { 200: { description: 'Its state', schema: status }, ...missing },
});

const REBUILD = defineRoute({
  ...about,
  method: 'post',
  path: '/ops/projections/:name/rebuild',
  summary: 'Build the read model anew from the first event on, while readers go on with the old one',
  params: named,
  replies: {
    200: {
      description: 'Progress, a JSON object a line; the last says done or failed',
      mediaType: 'application/x-ndjson',
    },
    ...missing,
    409: { description: 'It is being rebuilt already' },
  },
});

const PARKED = defineRoute({
  ...about,
  method: 'get',
  path: '/ops/projections/:name/parked',
  summary: 'Messages that were given up on, and why',
  params: named,
  query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
  replies: {
    200: { description: 'The oldest first', schema: z.object({ parked: z.array(parkedMessage) }) },
    ...missing,
  },
});

const REPLAY = defineRoute({
  ...about,
  method: 'post',
  path: '/ops/projections/:name/replay',
  summary: 'Try all parked messages again',
  params: named,
  replies: { 200: { description: 'How many', schema: z.object({ replayed: z.int() }) }, ...missing },
});

/** For the OpenAPI document of the service. */
export const PROJECTION_CONTRACTS: readonly RouteContract[] = [LIST, STATUS, REBUILD, PARKED, REPLAY];

const shown = ({ number, reason, parkedAt, link, delivered }: Parked): z.input<typeof parkedMessage> => ({
  number: String(number),
  reason,
  parkedAt: parkedAt ?? null,
  link,
  event:
    delivered === undefined
      ? null
      : {
          eventId: delivered.eventId,
          type: delivered.type,
          stream: delivered.stream,
          revision: String(delivered.revision),
          recordedAt: delivered.recordedAt,
          correlationId: delivered.cause.correlationId,
          data: delivered.data,
        },
});

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
export const projectionsRouter = (projections: () => readonly RunningProjection[], guard: RequestHandler): Router => {
  const withNamed = async (name: string, answer: (projection: RunningProjection) => Promise<Reply>): Promise<Reply> => {
    const projection = projections().find((each) => each.name === name);
    return projection === undefined
      ? problem(404, 'projection-unknown', `There is no projection ${name} here.`)
      : answer(projection);
  };

  return Router()
    .use('/ops/projections', guard)
    .use(
      route(LIST, async () => ok({ projections: await Promise.all(projections().map((each) => each.status())) })),
      route(STATUS, ({ params }) => withNamed(params.name, async (each) => ok(await each.status()))),
      route(REBUILD, ({ params }) => withNamed(params.name, rebuildReply)),
      route(PARKED, ({ params, query }) =>
        withNamed(params.name, async (each) => ok({ parked: (await each.parked(query.limit)).map(shown) })),
      ),
      route(REPLAY, ({ params }) => withNamed(params.name, async (each) => ok({ replayed: await each.replay() }))),
    );
};
