import { z } from 'zod';
import { flagReason, reviewDecision, reviewDecisionReply } from './flags-api.ts';
import { fileReply, imageReply } from './http-api.ts';
import { nextCursor, page, trimmedText } from './text-api.ts';

/** A rule of the community by its short name, as the public log shows it. */
const rule = z.string().regex(/^[a-z][a-z0-9-]{1,49}$/, 'the short name of a rule in kebab-case');
const moderatorReason = trimmedText.min(1).max(1_000);
export const decisionRequest = z.strictObject({ decision: reviewDecision, rule, reason: moderatorReason });
export const reversalRequest = z.strictObject({ reason: moderatorReason });
export const queueQuery = z.object(page);

/** An image that waits for a moderator: the longest first. */
export const queuedReview = z.object({
  imageId: z.uuid(),
  waitingSince: z.iso.datetime(),
  kind: z.enum(['flags', 'appeal']),
  flags: z.int().nonnegative(),
  hidden: z.boolean(),
  claimedUntil: z.iso.datetime().nullable(),
});
export const queueReply = z.object({ reviews: z.array(queuedReview), nextCursor });
export type QueuedReview = z.infer<typeof queuedReview>;

/** Everything that a moderator needs; who flagged it is not among it. */
export const reviewReply = z.object({
  image: imageReply,
  file: fileReply.nullable(),
  flags: z.array(z.object({ reason: flagReason, words: z.string(), flaggedAt: z.iso.datetime(), judged: z.boolean() })),
  claim: z.object({ moderator: z.string(), until: z.iso.datetime() }).nullable(),
  decision: reviewDecisionReply.extend({ moderator: z.string() }).nullable(),
  appeal: z.object({ words: z.string(), appealedAt: z.iso.datetime() }).nullable(),
});

export type ReviewReply = z.infer<typeof reviewReply>;

/** What moderators decided, for everybody: no image, no owner, no moderator, no words of anybody. */
export const logEntry = z.object({
  entryId: z.uuid(),
  kind: z.enum(['decision', 'reversal']),
  decision: reviewDecision,
  rule: z.string(),
  /** Why it was flagged, each reason once. */
  reasons: z.array(flagReason),
  at: z.iso.datetime(),
});
export type LogEntry = z.infer<typeof logEntry>;
export const logReply = z.object({ entries: z.array(logEntry), nextCursor });

const count = z.int().nonnegative();
const seconds = count.nullable();

/** `GET /v1/moderation/report`: of the last `days`. */
export const reportQuery = z.object({ days: z.coerce.number().int().min(1).max(366).default(30) });

/** What was flagged and decided since a moment, and what waits now; of nobody in particular. */
export const reportReply = z.object({
  since: z.iso.datetime(),
  flags: z.array(z.object({ reason: flagReason, count })),
  /** `reversals` of such decisions are those that an appeal led to. */
  decisions: z.array(z.object({ decision: reviewDecision, rule: z.string(), count, reversals: count })),
  /** From the first flag, or the appeal, to what was decided; null where nothing was. */
  waitedSeconds: z.object({ median: seconds, p95: seconds }),
  queue: z.object({
    images: count,
    /** Among them those of whom the owner has appealed, and those that a moderator is at. */
    appeals: count,
    claimed: count,
    oldestSince: z.iso.datetime().nullable(),
  }),
});
export type ModerationReport = z.infer<typeof reportReply>;
