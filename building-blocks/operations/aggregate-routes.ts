import { Router, type RequestHandler } from 'express';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { readPage } from '@lego-moc/event-store/stream-pages';
import { ok, problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { AGGREGATE, DIFFERENCE, GIVEN } from './aggregate-contracts.ts';
import type { Category } from './categories.ts';
import { differenceOf } from './difference.ts';
import { toSummary } from './event-views.ts';
import { foldPast, HistoryTooLong, type Past } from './fold.ts';
import { maskData } from './masking.ts';
import { readingSlots } from './reading-slots.ts';

type Options = {
  readonly client: EventStoreClient;
  readonly categories: readonly Category[];
  /** Admits only operators. */
  readonly guard: RequestHandler;
};

const PATH = '/ops/aggregates';

const STATE_UNKNOWN = problem(404, 'state-unknown', 'Nothing had happened to it by then, or it never existed.');
const TOO_LONG = problem(
  422,
  'history-too-long',
  'It has more events than are folded here. Look at its events instead.',
);

const upTo =
  (revision: string | undefined) =>
  (event: DeliveredEvent): boolean =>
    revision === undefined || event.revision <= BigInt(revision);

/** Folds the past of an aggregate, and answers with what it finds. */
const pastReader =
  ({ client, categories }: Options) =>
  async (
    { category: name, id }: { readonly category: string; readonly id: string },
    selections: readonly ((event: DeliveredEvent) => boolean)[],
    answer: (category: Category, pasts: readonly Past[]) => Promise<Reply> | Reply,
  ): Promise<Reply> => {
    const category = categories.find((own) => own.name === name && own.fold !== undefined);
    if (category === undefined)
      return problem(404, 'category-unknown', `This service folds no streams of the category ${name}.`);
    const pasts: Past[] = [];
    try {
      for (const includes of selections) {
        const past = await foldPast(client, category, id, includes);
        if (past === undefined) return STATE_UNKNOWN;
        pasts.push(past);
      }
    } catch (error) {
      if (error instanceof HistoryTooLong) return TOO_LONG;
      throw error;
    }
    return answer(category, pasts);
  };

/** `/ops/aggregates` of a service: what its aggregates were at any time, by its own deciders. */
export const aggregatesRouter = (options: Options): Router => {
  const read = pastReader(options);
  return Router()
    .use(PATH, options.guard, readingSlots())
    .use(
      route(AGGREGATE, ({ params, query: { revision, at } }) => {
        const includes = (event: DeliveredEvent): boolean =>
          upTo(revision)(event) && (at === undefined || Date.parse(event.recordedAt) <= Date.parse(at));
        return read(params, [includes], async ({ codec }, [past]) => {
          if (past === undefined) return STATE_UNKNOWN;
          const { stream } = past.last;
          const [end] = await readPage(options.client, stream, { direction: 'backwards', limit: 1 });
          return ok({
            ...params,
            revision: String(past.last.revision),
            lastRevision: String(end?.revision ?? past.last.revision),
            event: toSummary(past.last),
            state: maskData(past.state, codec.visibility),
          });
        });
      }),
      route(DIFFERENCE, ({ params, query: { from, to } }) =>
        read(params, [upTo(from), upTo(to)], ({ codec }, [before, after]) =>
          ok({ from, to, ...differenceOf(before?.state, after?.state, codec.visibility) }),
        ),
      ),
      route(GIVEN, ({ params, query: { revision } }) =>
        read(params, [upTo(revision)], ({ codec }, [past]) => {
          const { commandId = '' } = past?.last.cause ?? {};
          const events = past?.events ?? [];
          const begin = events.findIndex(({ record }) => record.cause.commandId === commandId);
          const views = events.map(({ event: { type, data } }) => ({ type, data: maskData(data, codec.visibility) }));
          const split = begin < 0 ? views.length : begin;
          return ok({ given: views.slice(0, split), when: { commandId }, then: views.slice(split) });
        }),
      ),
    );
};
