import { Router, type RequestHandler } from 'express';
import { z } from 'zod';
import type { Operable } from '@lego-moc/event-store/operable';
import type { ParkedMessage } from '@lego-moc/event-store/persistent-groups';
import { ok, problem, type Reply } from '@lego-moc/http/respond';
import { defineRoute, route, type RouteContract } from '@lego-moc/http/route-contract';
import { reasonQuery, type RecordAction } from './operator-actions.ts';

/** The wire form of `OperableStatus`; kinds with more fields extend it. */
export const groupStatus = z.object({
  name: z.string(),
  group: z.string(),
  state: z.enum(['connecting', 'live', 'behind', 'standby', 'waiting', 'stopped']),
  lag: z.int().nullable(),
  secondsBehind: z.int().optional(),
  parked: z.int(),
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

const toReply = ({ number, reason, parkedAt, link, event }: ParkedMessage): z.input<typeof parkedMessage> => ({
  number: String(number),
  reason,
  parkedAt: parkedAt ?? null,
  link,
  event:
    event === undefined
      ? null
      : {
          eventId: event.eventId,
          type: event.type,
          stream: event.stream,
          revision: String(event.revision),
          recordedAt: event.recordedAt,
          correlationId: event.cause.correlationId,
          data: event.data,
        },
});

/** The names of one and of many operable components, and their status. */
export type Kind = { readonly singular: string; readonly plural: string; readonly status: z.ZodType };

export type OperableRoutes<Item extends Operable> = {
  readonly contracts: readonly RouteContract[];
  /**
   * Admits only callers that `guard` admits; `operables` is called for each request, since components start later.
   * `recordAction` is given each replay.
   */
  readonly router: (operables: () => readonly Item[], guard: RequestHandler, recordAction: RecordAction) => Router;
  /** For further routes: the component of that name, or 404. */
  readonly answerFor: (
    operables: readonly Item[],
    name: string,
    answer: (item: Item) => Promise<Reply>,
  ) => Promise<Reply>;
};

export const operableName = z.object({ name: z.string() });

const contractsOf = ({ singular, plural, status }: Kind) => {
  const about = { tags: ['operations'], access: 'operator' } as const;
  const at = `/ops/${plural}`;
  const missingReply = { 404: { description: `There is no such ${singular}` } } as const;
  const params = operableName;
  return {
    LIST: defineRoute({
      ...{ ...about, method: 'get', path: at, summary: `The ${plural} of this service and how they stand` },
      replies: { 200: { description: 'All of them', schema: z.object({ [plural]: z.array(status) }) } },
    }),
    STATUS: defineRoute({
      ...{ ...about, method: 'get', path: `${at}/:name`, summary: `How one ${singular} stands`, params },
      replies: { 200: { description: 'Its state', schema: status }, ...missingReply },
    }),
    PARKED: defineRoute({
      ...{ ...about, method: 'get', path: `${at}/:name/parked`, params },
      summary: `Messages that a ${singular} has given up on, and why`,
      query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
      replies: {
        200: { description: 'The oldest first', schema: z.object({ parked: z.array(parkedMessage) }) },
        ...missingReply,
      },
    }),
    REPLAY: defineRoute({
      ...{ ...about, method: 'post', path: `${at}/:name/replay`, params },
      summary: `Try all parked messages of a ${singular} again`,
      query: reasonQuery,
      replies: { 200: { description: 'How many', schema: z.object({ replayed: z.int() }) }, ...missingReply },
    }),
  };
};

/** The common routes `/ops/<plural>` of all operable components: list, status, parked, replay. */
export const operableRoutes = <Item extends Operable>(kind: Kind): OperableRoutes<Item> => {
  const { singular, plural } = kind;
  const { LIST, STATUS, PARKED, REPLAY } = contractsOf(kind);

  const answerFor: OperableRoutes<Item>['answerFor'] = async (operables, name, answer) => {
    const match = operables.find((operable) => operable.name === name);
    return match === undefined
      ? problem(404, `${singular}-unknown`, `There is no ${singular} ${name} here.`)
      : answer(match);
  };

  return {
    contracts: [LIST, STATUS, PARKED, REPLAY],
    answerFor,
    router: (operables, guard, recordAction) =>
      Router()
        .use(`/ops/${plural}`, guard)
        .use(
          route(LIST, async () =>
            ok({ [plural]: await Promise.all(operables().map((operable) => operable.status())) }),
          ),
          route(STATUS, ({ params }) =>
            answerFor(operables(), params.name, async (operable) => ok(await operable.status())),
          ),
          route(PARKED, ({ params, query }) =>
            answerFor(operables(), params.name, async (operable) =>
              ok({ parked: (await operable.parked(query.limit)).map(toReply) }),
            ),
          ),
          route(REPLAY, ({ params, request }) =>
            answerFor(operables(), params.name, async (operable) => {
              const count = await operable.replay();
              await recordAction(request, { action: 'replay', target: operable.name, count });
              return ok({ replayed: count });
            }),
          ),
        ),
  };
};
