import { Router, type RequestHandler } from 'express';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { ok, problem } from '@lego-moc/http/respond';
import { defineRoute, route, type RouteContract } from '@lego-moc/http/route-contract';
import { categoryOf, type Category } from '@lego-moc/operations/categories';
import { revealReply, revealRequest } from '@lego-moc/operations/contracts/aggregates';
import { eventParams } from '@lego-moc/operations/contracts/streams';
import { revealField } from '@lego-moc/operations/reveal';
import { causeOfChange } from './acting.ts';
import type { RecordAction } from './operator-actions.ts';

const REVEAL = defineRoute({
  ...{
    tags: ['operations'],
    access: 'operator',
    method: 'post',
    path: '/ops/streams/:stream/events/:revision/reveals',
  },
  summary: 'Show one masked value of an event, which goes on record',
  ...{ params: eventParams, body: revealRequest },
  replies: {
    200: { description: 'The value', schema: revealReply },
    400: { description: 'Without field, reason or Idempotency-Key' },
    403: { description: 'role-missing: this needs the role operator:reveal; field-secret: nobody is shown that' },
    404: { description: 'category-unknown: another service has that stream; event-unknown' },
    410: { description: 'erased: what the stream was about is erased' },
    422: { description: 'field-unknown: there is no single value' },
  },
});

/** For the OpenAPI document of the service. */
export const REVEAL_CONTRACTS: readonly RouteContract[] = [REVEAL];

/** Shows one value of an event of the service's own streams, after it is on record who asked for it, and why. */
export const revealRouter = (
  client: EventStoreClient,
  categories: readonly Category[],
  guard: RequestHandler,
  recordAction: RecordAction,
): Router =>
  Router()
    .use('/ops/streams/:stream/events/:revision/reveals', guard)
    .use(
      route(REVEAL, async ({ params: { stream, revision }, body: { field, reason }, request }) => {
        causeOfChange(request, 'operator:reveal');
        const category = categories.find(({ name }) => name === categoryOf(stream));
        if (category === undefined)
          return problem(404, 'category-unknown', `${stream} belongs to no category of this service.`);
        const result = await revealField(client, category, { stream, revision: BigInt(revision), field });
        if (!('value' in result)) return result;
        await recordAction(request, { action: 'reveal', target: `${revision}@${stream} ${field}`, count: 1, reason });
        return ok({ field, value: result.value }, { headers: { 'cache-control': 'no-store' } });
      }),
    );
