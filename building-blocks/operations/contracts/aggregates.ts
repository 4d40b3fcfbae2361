import { z } from 'zod';
import { reason } from './dead-letters.ts';
import { eventSummary, maskedData } from './events.ts';
import { ordinal } from './pages.ts';

export const aggregateParams = z.object({ category: z.string().max(100), id: z.string().min(1).max(400) });

/** `GET /ops/aggregates/:category/:id`: the state after a revision, at an instant, or now. */
export const aggregateQuery = z
  .object({ revision: ordinal.optional(), at: z.iso.datetime().optional() })
  .refine(({ revision, at }) => revision === undefined || at === undefined, 'one of revision and at');

export const aggregateReply = z.object({
  category: z.string(),
  id: z.string(),
  revision: ordinal,
  /** The revision that it has now. */
  lastRevision: ordinal,
  /** The event that led to this state: who, when, and why. */
  event: eventSummary,
  /** Folded by the service's own `evolve`, masked like events. */
  state: maskedData,
});

/** `GET …/difference`: what changed in the state between two revisions. */
export const differenceQuery = z.object({ from: ordinal, to: ordinal });
export const differenceReply = z.object({
  from: ordinal,
  to: ordinal,
  /** At most 200, in the order of their paths; a value that is not there is left out. */
  changes: z.array(z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })),
  isComplete: z.boolean(),
});

const domainEvent = z.object({ type: z.string(), data: maskedData });

/** `GET …/given`: the events as a test has them, masked: what was given, and what a command then led to. */
export const givenQuery = z.object({ revision: ordinal.optional() });
export const givenReply = z.object({
  given: z.array(domainEvent),
  /** The command is not recorded, only its id. */
  when: z.object({ commandId: z.string() }),
  then: z.array(domainEvent),
});

/** `POST /ops/streams/:stream/events/:revision/reveals`: one masked value. */
export const revealRequest = z.strictObject({
  /** Names of fields and numbers of items, with dots between them: `wish.title`. */
  field: z
    .string()
    .max(300)
    .regex(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/),
  reason,
});
export const revealReply = z.object({
  field: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
});
