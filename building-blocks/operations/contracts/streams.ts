import { z } from 'zod';
import { eventSummary, shownEvent } from './events.ts';
import { nextCursor, ordinal, pageQuery } from './pages.ts';

/** `GET /ops/categories` */
export const categoryList = z.object({
  categories: z.array(
    z.object({
      name: z.string(),
      /** Streams that ever were; null while the store does not list them. */
      streams: z.int().nullable(),
      /** Whether the service folds its streams to states, which `/ops/aggregates` shows. */
      hasState: z.boolean(),
      /** Whether its streams are instances of a process, of which `/ops/processes` lists those that are not over. */
      isProcess: z.boolean(),
    }),
  ),
});

export const categoryParams = z.object({ category: z.string().max(100) });

const streamSummary = z.object({
  stream: z.string(),
  category: z.string(),
  id: z.string(),
  /** Its events are numbered from 0 to one less than that; 0 when it was deleted. */
  events: z.int(),
  lastRecordedAt: z.iso.datetime().nullable(),
  lastType: z.string().nullable(),
});

/** `GET /ops/categories/:category/streams`: the newest first. */
export const streamList = z.object({
  streams: z.array(streamSummary.extend({ createdAt: z.iso.datetime() })),
  nextCursor,
});

export const streamParams = z.object({ stream: z.string().min(1).max(500) });

/** `GET /ops/streams/:stream` */
export const streamReply = streamSummary.extend({
  firstRecordedAt: z.iso.datetime().nullable(),
  hasState: z.boolean(),
});

/** `GET /ops/streams/:stream/events`: from the beginning forwards, from the end backwards, or from the `cursor` on. */
export const eventsQuery = pageQuery.extend({
  direction: z.enum(['forwards', 'backwards']).default('forwards'),
});
export const eventsPage = z.object({ events: z.array(shownEvent), nextCursor });

export const eventParams = streamParams.extend({ revision: ordinal });

/** `GET /ops/streams/:stream/events/:revision` */
export const eventReply = z.object({
  event: shownEvent,
  /** The event to which it is a reaction. */
  cause: eventSummary.nullable(),
  /** The events that are reactions to it. */
  effects: z.array(eventSummary),
  /** Whether the correlation was read as a whole: cause and effects are looked for there. */
  isComplete: z.boolean(),
});

/** `GET /ops/correlations/:correlationId`: everything that one request led to, the oldest first, without what it says. */
export const correlationReply = z.object({
  correlationId: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** False when there are more events than are shown. */
  isComplete: z.boolean(),
  events: z.array(
    eventSummary.extend({
      /** Milliseconds since the first event. */
      offsetMs: z.int(),
      /** The event to which it is a reaction, when that is one of these. */
      parent: z.string().nullable(),
      /** 0 for events without a parent. */
      depth: z.int(),
    }),
  ),
});

export const correlationParams = z.object({ correlationId: z.string().min(1).max(200) });

/** `GET /ops/tail`: server-sent events `recorded` with an event summary, and `skipped` with how many were left out. */
export const tailQuery = z.object({
  category: z.string().max(100).optional(),
  type: z.string().max(200).optional(),
});
export const skippedEvents = z.object({ count: z.int() });
