import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import {
  categoryList,
  categoryParams,
  correlationParams,
  correlationReply,
  eventParams,
  eventReply,
  eventsPage,
  eventsQuery,
  streamList,
  streamParams,
  streamReply,
  tailQuery,
} from './contracts/streams.ts';
import { pageQuery } from './contracts/pages.ts';

const about = { tags: ['operations'], access: 'operator', method: 'get' } as const;
const BUSY = { 429: { description: 'operations-busy: too many questions at once; Retry-After says when' } } as const;
const NOT_HERE = { description: 'category-unknown: another service has those streams; or there is no such thing' };
const NOT_LISTED = {
  description: 'streams-not-listed: the projections of the store do not run; temporarily-unavailable',
};

export const CATEGORIES = defineRoute({
  ...{ ...about, path: '/ops/categories', summary: 'The categories of streams that this service has' },
  replies: { 200: { description: 'All of them', schema: categoryList }, ...BUSY },
});

export const STREAMS = defineRoute({
  ...{ ...about, path: '/ops/categories/:category/streams', summary: 'The streams of a category, the newest first' },
  ...{ params: categoryParams, query: pageQuery },
  replies: { 200: { description: 'A page', schema: streamList }, 404: NOT_HERE, 503: NOT_LISTED, ...BUSY },
});

export const STREAM = defineRoute({
  ...{
    ...about,
    path: '/ops/streams/:stream',
    summary: 'A stream: how long it is and when it moved',
    params: streamParams,
  },
  replies: { 200: { description: 'The stream', schema: streamReply }, 404: NOT_HERE, ...BUSY },
});

export const EVENTS = defineRoute({
  ...{ ...about, path: '/ops/streams/:stream/events', summary: 'The events of a stream, masked' },
  ...{ params: streamParams, query: eventsQuery },
  replies: { 200: { description: 'A page', schema: eventsPage }, 404: NOT_HERE, ...BUSY },
});

export const EVENT = defineRoute({
  ...{ ...about, path: '/ops/streams/:stream/events/:revision', params: eventParams },
  summary: 'One event, masked, with its cause and its effects',
  replies: { 200: { description: 'The event', schema: eventReply }, 404: NOT_HERE, ...BUSY },
});

export const CORRELATION = defineRoute({
  ...{ ...about, path: '/ops/correlations/:correlationId', params: correlationParams },
  summary: 'Everything that one request led to, in all services, as a tree of causes',
  replies: {
    200: { description: 'The events without what they say, at most 1,000', schema: correlationReply },
    404: { description: 'correlation-unknown: no event has this correlation id' },
    ...{ 503: NOT_LISTED, ...BUSY },
  },
});

export const TAIL = defineRoute({
  ...{ ...about, path: '/ops/tail', summary: 'Events of all services as they are recorded, without what they say' },
  description: 'At most 50 a second; `skipped` says how many were left out. Ends after some time: ask again.',
  query: tailQuery,
  replies: {
    200: { description: 'Events `recorded` and `skipped`', mediaType: 'text/event-stream' },
    429: { description: 'too-many-event-streams: close one of them' },
  },
});

/** For the OpenAPI document of the service. */
export const STREAM_CONTRACTS: readonly RouteContract[] = [
  ...[CATEGORIES, STREAMS, STREAM, EVENTS, EVENT, CORRELATION, TAIL],
];
