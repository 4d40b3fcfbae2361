import { Router, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { appendAction, operatorAction, readActions, type OperatorAction } from '@lego-moc/event-store/operator-actions';
import { causeOf } from '@lego-moc/http/cause';
import { reason } from '@lego-moc/operations/contracts/dead-letters';
import { ok } from '@lego-moc/http/respond';
import { defineRoute, route, type RouteContract } from '@lego-moc/http/route-contract';

/** Records an action that a request has taken, with the operator and the reason that the request names. */
export type RecordAction = (
  request: Request,
  action: Pick<OperatorAction, 'action' | 'target' | 'count'> & Partial<Pick<OperatorAction, 'reason'>>,
) => Promise<void>;

/** The query of routes that act and take no body: why the operator does it. */
export const reasonQuery = z.object({ reason });

/** Appends the actions of a service to the stream `operations`. Throws `EventStoreUnavailable`. */
export const actionRecorder =
  (client: EventStoreClient, service: string): RecordAction =>
  (request, action) => {
    const cause = causeOf(request);
    const because = action.reason ?? reasonQuery.safeParse(request.query).data?.reason ?? null;
    return appendAction(client, { ...action, operator: cause.actor, service, reason: because }, cause);
  };

const LIST = defineRoute({
  ...{ tags: ['operations'], access: 'operator', method: 'get', path: '/ops/actions' },
  summary: 'What operators did in all services, the latest first',
  query: z.object({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z
      .string()
      .regex(/^\d{1,18}$/)
      .optional(),
  }),
  replies: {
    200: {
      description: 'A page; `nextCursor` is null on the last one',
      schema: z.object({
        actions: z.array(
          operatorAction.extend({
            ...{ actionId: z.string(), revision: z.string(), takenAt: z.string(), correlationId: z.string() },
          }),
        ),
        nextCursor: z.string().nullable(),
      }),
    },
  },
});

/** For the OpenAPI document of the service. */
export const ACTION_CONTRACTS: readonly RouteContract[] = [LIST];

/** `/ops/actions`: the actions of operators in all services. `guard` admits only operators. */
export const actionsRouter = (client: EventStoreClient, guard: RequestHandler): Router =>
  Router()
    .use('/ops/actions', guard)
    .use(
      route(LIST, async ({ query: { limit, cursor } }) => {
        const from = cursor === undefined ? undefined : BigInt(cursor);
        const actions = await readActions(client, { limit, from });
        const last = actions.length < limit ? undefined : actions.at(-1);
        return ok({
          actions: actions.map((action) => ({ ...action, revision: String(action.revision) })),
          nextCursor: last === undefined || last.revision === 0n ? null : String(last.revision - 1n),
        });
      }),
    );
