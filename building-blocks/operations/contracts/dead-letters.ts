import { z } from 'zod';
import { shownEvent } from './events.ts';

/** A message that a consumer gave up on. */
export const deadLetter = z
  .object({
    /** Never changes, and no other message of the group has it. */
    id: z.string(),
    number: z.string(),
    /** Name and message of the error, without addresses. */
    reason: z.string(),
    /** The first place in the platform's own code. */
    frame: z.string().nullable(),
    parkedAt: z.iso.datetime().nullable(),
    /** `<revision>@<stream>` of the event, also when the event itself is gone. */
    link: z.string(),
    /** The same for messages of one type that failed for one reason at one place. */
    groupKey: z.string(),
    /** How often it was given up on. */
    attempts: z.int(),
    /** Whether it was replayed and failed again. */
    cameBack: z.boolean(),
    /** When it was discarded, which can be undone for thirty days. */
    discardedAt: z.iso.datetime().nullable(),
    /** Null when the event is gone. */
    event: shownEvent.nullable(),
  })
  .meta({
    examples: [
      {
        ...{ id: '4:integration-file-processing', number: '4', reason: 'RangeError: No lid fits' },
        ...{ frame: 'contexts/moc-management/application/housekeeping.ts:83:11', parkedAt: '2026-11-30T12:00:00.000Z' },
        ...{ link: '7@integration-file-processing', groupKey: '0f9b7a522f514a5e', attempts: 2, cameBack: true },
        ...{ discardedAt: null, event: null },
      },
    ],
  });
export type DeadLetterView = z.infer<typeof deadLetter>;

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** `GET …/parked` */
export const deadLettersQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  /** Only those with this `groupKey`. */
  group: z.string().max(64).optional(),
  /** Those that were discarded instead of those that wait. */
  discarded: flag.default(false),
});
export const deadLetterList = z.object({
  /** The oldest first. */
  parked: z.array(deadLetter),
  /** How many there are, those beyond the limit among them. */
  total: z.int(),
});

/** `GET …/parked/groups`: those that wait, the largest group first. */
export const deadLetterGroups = z.object({
  groups: z.array(
    z.object({
      key: z.string(),
      type: z.string().nullable(),
      reason: z.string(),
      frame: z.string().nullable(),
      count: z.int(),
      cameBack: z.int(),
      firstAt: z.iso.datetime().nullable(),
      lastAt: z.iso.datetime().nullable(),
    }),
  ),
});

export const bulkAction = z.enum(['replay', 'discard', 'restore']);
export type BulkAction = z.infer<typeof bulkAction>;

const SELECTED_MAX = 500;
const id = z.string().min(1).max(300);

/** Messages by their ids, of one group, up to and including one of them, or all. */
export const selection = z.union([
  z.strictObject({ ids: z.array(id).min(1).max(SELECTED_MAX) }),
  z.strictObject({ group: z.string().min(1).max(64) }),
  z.strictObject({ upTo: id }),
  z.strictObject({ all: z.literal(true) }),
]);
export type Selection = z.infer<typeof selection>;

/** `GET …/parked/preview`: exactly one of `ids` (separated by commas), `group`, `upTo` and `all=true`. */
export const previewQuery = z
  .object({
    action: bulkAction,
    ids: z
      .string()
      .max(8_000)
      .transform((text) => text.split(','))
      .optional(),
    group: z.string().optional(),
    upTo: z.string().optional(),
    all: flag.optional(),
  })
  .transform(({ action, ids, group, upTo, all }, context) => {
    const selections = Object.entries({ ids, group, upTo, all }).filter(([, value]) => value !== undefined);
    const result = selections.length === 1 ? selection.safeParse(Object.fromEntries(selections)) : undefined;
    if (result?.success === true) return { action, selection: result.data };
    context.addIssue({ code: 'custom', message: 'exactly one of ids, group, upTo and all=true' });
    return z.NEVER;
  });

/** What an action would concern. It is executed only with this count and token. */
export const preview = z.object({
  action: bulkAction,
  target: z.string(),
  count: z.int(),
  /** Names the set of messages. */
  token: z.string(),
  /** The first ten. */
  sample: z.array(deadLetter),
});

/** Why an operator acts. */
export const reason = z.string().trim().min(1).max(500);

/** `POST …/parked/replays`, `…/discards` and `…/restorations`: what the preview said, and why. */
export const confirmedAction = z.strictObject({
  selection,
  count: z.int().min(1),
  token: z.string().max(100),
  reason,
});

/** A line of the answer to `POST …/parked/replays`. `failed` ones are parked still. */
export const replayProgress = z.object({
  phase: z.enum(['replaying', 'done', 'failed']),
  replayed: z.int().optional(),
  failed: z.int().optional(),
  total: z.int().optional(),
  reason: z.string().optional(),
});

export const markedReply = z.object({ count: z.int() });
