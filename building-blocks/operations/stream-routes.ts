import { Router, type RequestHandler } from 'express';
import type { Visibility } from '@lego-moc/event-codec/codec';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { readPage } from '@lego-moc/event-store/stream-pages';
import { mapAtMost } from '@lego-moc/application/map-at-most';
import { actorOf } from '@lego-moc/http/cause';
import { ok, problem, streamReply, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { EVENT_STREAM_HEADERS, tooManyStreams, watcherLimit } from '@lego-moc/http/watcher-limit';
import { SHARED_CATEGORIES, visibilityOf, type Category } from './categories.ts';
import { causationTree, readCorrelation } from './correlation.ts';
import { toShown, toSummary } from './event-views.ts';
import { readingSlots } from './reading-slots.ts';
import { CATEGORIES, CORRELATION, EVENT, EVENTS, STREAM, STREAMS, TAIL } from './stream-contracts.ts';
import { countStreams, listsStreams, listStreams, summariseStream } from './streams.ts';
import { tail } from './tail.ts';

export type StreamRoutesOptions = {
  readonly client: EventStoreClient;
  readonly categories: readonly Category[];
  /** Admits only operators. */
  readonly guard: RequestHandler;
};

const notListed = problem(
  503,
  'streams-not-listed',
  'The event store keeps no lists of streams: its projections do not run. Let an administrator run `npm run event-store -- prepare`.',
);

const notHere = (place: string): Reply =>
  problem(404, 'category-unknown', `${place} belongs to no category of this service.`);

const PATHS = ['/ops/categories', '/ops/streams', '/ops/correlations'];

const hasState = (categories: readonly Category[], name: string): boolean =>
  categories.find((category) => category.name === name)?.fold !== undefined;

const listRoutes = ({ client, categories }: StreamRoutesOptions): readonly RequestHandler[] => {
  const names = [...categories.map(({ name }) => name), ...SHARED_CATEGORIES];
  return [
    route(CATEGORIES, async () =>
      ok({
        categories: await mapAtMost(4, names, async (name) => ({
          name,
          streams: await countStreams(client, name),
          hasState: hasState(categories, name),
          isProcess: categories.some((category) => category.name === name && category.isProcess === true),
        })),
      }),
    ),
    route(STREAMS, async ({ params: { category }, query: { limit, cursor } }) => {
      if (!names.includes(category)) return notHere(category);
      const from = cursor === undefined ? undefined : BigInt(cursor);
      const page = await listStreams(client, category, { limit, from });
      return page.streams.length === 0 && !(await listsStreams(client)) ? notListed : ok(page);
    }),
  ];
};

const eventRoutes = ({ client, categories }: StreamRoutesOptions): readonly RequestHandler[] => {
  const withVisibility = (
    stream: string,
    answer: (visibility: Visibility) => Promise<Reply>,
  ): Promise<Reply> | Reply => {
    const visibility = visibilityOf(categories, stream);
    return visibility === undefined ? notHere(stream) : answer(visibility);
  };
  return [
    route(STREAM, ({ params: { stream } }) =>
      withVisibility(stream, async () => {
        const [first] = await readPage(client, stream, { direction: 'forwards', limit: 1 });
        if (first === undefined)
          return problem(404, 'stream-unknown', `There is no stream ${stream}, or it was deleted.`);
        const summary = await summariseStream(client, stream);
        return ok({ ...summary, firstRecordedAt: first.recordedAt, hasState: hasState(categories, summary.category) });
      }),
    ),
    route(EVENTS, ({ params: { stream }, query: { direction, limit, cursor } }) =>
      withVisibility(stream, async (visibility) => {
        const from = cursor === undefined ? undefined : BigInt(cursor);
        const events = await readPage(client, stream, { direction, from, limit });
        const last = events.length < limit ? undefined : events.at(-1)?.revision;
        const next = last === undefined ? undefined : direction === 'forwards' ? last + 1n : last - 1n;
        return ok({
          events: events.map((event) => toShown(event, visibility)),
          nextCursor: next === undefined || next < 0n ? null : String(next),
        });
      }),
    ),
    route(EVENT, ({ params: { stream, revision } }) =>
      withVisibility(stream, async (visibility) => {
        const [event] = await readPage(client, stream, { direction: 'forwards', from: BigInt(revision), limit: 1 });
        if (event?.revision !== BigInt(revision))
          return problem(404, 'event-unknown', `There is no event ${revision} in ${stream}.`);
        const { events, isComplete } = await readCorrelation(client, event.cause.correlationId);
        const cause = events.find(({ eventId }) => eventId === event.cause.causedBy);
        return ok({
          event: toShown(event, visibility),
          cause: cause === undefined ? null : toSummary(cause),
          effects: events.filter((other) => other.cause.causedBy === event.eventId).map(toSummary),
          isComplete: isComplete && events.length > 0,
        });
      }),
    ),
  ];
};

const correlationRoute = ({ client }: StreamRoutesOptions): RequestHandler =>
  route(CORRELATION, async ({ params: { correlationId } }) => {
    const { events, isComplete } = await readCorrelation(client, correlationId);
    const nodes = causationTree(events);
    const [first] = nodes;
    if (first === undefined)
      return (await listsStreams(client))
        ? problem(404, 'correlation-unknown', `No event has the correlation id ${correlationId}.`)
        : notListed;
    return ok({
      ...{ correlationId, isComplete, events: nodes },
      startedAt: first.recordedAt,
      endedAt: nodes.at(-1)?.recordedAt ?? first.recordedAt,
    });
  });

const tailRoute = ({ client }: StreamRoutesOptions): RequestHandler => {
  const limit = watcherLimit();
  return route(TAIL, ({ query, request }) => {
    const leave = limit.admit(actorOf(request));
    if (leave === undefined) return tooManyStreams;
    return streamReply(tail(client, query).once('close', leave), EVENT_STREAM_HEADERS);
  });
};

/**
 * `/ops/categories`, `/ops/streams`, `/ops/correlations` and `/ops/tail` of a service. It shows what its own streams say,
 * as their codecs allow; what happened when, and why, it shows of all services.
 */
export const streamsRouter = (options: StreamRoutesOptions): Router =>
  Router()
    .use(PATHS, options.guard, readingSlots())
    .use('/ops/tail', options.guard)
    .use(...listRoutes(options), ...eventRoutes(options), correlationRoute(options), tailRoute(options));
