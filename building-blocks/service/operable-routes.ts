import { Router, type RequestHandler } from 'express';
import { z } from 'zod';
import type { Operable } from '@lego-moc/event-store/operable';
import { ok, problem, type Reply } from '@lego-moc/http/respond';
import { defineRoute, route, type RouteContract } from '@lego-moc/http/route-contract';
import { deadLetterContracts } from './dead-letter-contracts.ts';
import { deadLetterRoutes, type VisibilityOf } from './dead-letter-routes.ts';
import type { RecordAction } from './operator-actions.ts';

/** The wire form of `OperableStatus`; kinds with more fields extend it. */
export const groupStatus = z.object({
  name: z.string(),
  group: z.string(),
  state: z.enum(['connecting', 'live', 'behind', 'standby', 'waiting', 'stopped']),
  lag: z.int().nullable(),
  secondsBehind: z.int().optional(),
  lagSeconds: z.number().optional(),
  parked: z.int(),
  lastError: z.string().optional(),
});

/** The generation of a read model that a roll-back goes back to. */
export const formerGeneration = z.object({ generation: z.int(), builtAt: z.string() });

/** The names of one and of many operable components, and their status. */
export type Kind = { readonly singular: string; readonly plural: string; readonly status: z.ZodType };

export type OperableRoutes<Item extends Operable> = {
  readonly contracts: readonly RouteContract[];
  /**
   * Admits only callers that `guard` admits; `operables` is called for each request, since components start later.
   * `recordAction` is given each action, `visibilityOf` says what is shown of parked events: without it, nothing.
   */
  readonly router: (
    operables: () => readonly Item[],
    guard: RequestHandler,
    recordAction: RecordAction,
    visibilityOf?: VisibilityOf,
  ) => Router;
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
  };
};

/** The common routes `/ops/<plural>` of all operable components: list, status, and their parked messages. */
export const operableRoutes = <Item extends Operable>(kind: Kind): OperableRoutes<Item> => {
  const { singular, plural } = kind;
  const { LIST, STATUS } = contractsOf(kind);
  const DEAD_LETTERS = deadLetterContracts(kind);

  const answerFor: OperableRoutes<Item>['answerFor'] = async (operables, name, answer) => {
    const match = operables.find((operable) => operable.name === name);
    return match === undefined
      ? problem(404, `${singular}-unknown`, `There is no ${singular} ${name} here.`)
      : answer(match);
  };

  return {
    contracts: [LIST, STATUS, ...Object.values(DEAD_LETTERS)],
    answerFor,
    router: (operables, guard, recordAction, visibilityOf = () => undefined) =>
      Router()
        .use(`/ops/${plural}`, guard)
        .use(
          route(LIST, async () =>
            ok({ [plural]: await Promise.all(operables().map((operable) => operable.status())) }),
          ),
          route(STATUS, ({ params }) =>
            answerFor(operables(), params.name, async (operable) => ok(await operable.status())),
          ),
          ...deadLetterRoutes<Item>({
            contracts: DEAD_LETTERS,
            find: (name, answer) => answerFor(operables(), name, answer),
            ...{ recordAction, visibilityOf },
          }),
        ),
  };
};
