import { z } from 'zod';
import { hasVisibleCharacter } from '@lego-moc/kernel/visible-text';
import { trimmedText } from './text-api.ts';

/** Longer texts are articles. */
export const COMMENT_LENGTH_MAX = 2_000;

const text = trimmedText.min(1).max(COMMENT_LENGTH_MAX).refine(hasVisibleCharacter, 'has no visible character');
const words = trimmedText.max(1_000);
/** A rule of the community by its short name. */
const rule = z.string().regex(/^[a-z][a-z0-9-]{1,49}$/, 'the short name of a rule in kebab-case');
const moderatorReason = trimmedText.min(1).max(1_000);
const flagReason = z.enum(['offensive', 'harassment', 'personal-data', 'spam', 'other']);
const decision = z.enum(['dismiss', 'hide', 'remove']);
const instant = z.iso.datetime();
const nextCursor = z.string().nullable();

export const commentParams = z.object({ mocId: z.uuid(), commentId: z.uuid() });
export const reviewedCommentParams = z.object({ commentId: z.uuid() });

/** `POST /v1/mocs/:mocId/comments`, and `PATCH …/comments/:commentId`. */
export const commentRequest = z.strictObject({ text });
export const commentFlagRequest = z.strictObject({ reason: flagReason, words: words.default('') });
export const commentAppealRequest = z.strictObject({ words: words.min(1) });
export const commentDecisionRequest = z.strictObject({ decision, rule, reason: moderatorReason });
export const commentReversalRequest = z.strictObject({ reason: moderatorReason });

/** `cursor` is the `nextCursor` of the page before. */
export const commentsQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

// `warn` is decided about images only.
const pastDecision = z.enum(['dismiss', 'warn', 'hide', 'remove']);
const verdict = z.object({
  decision: pastDecision,
  rule: z.string(),
  reason: z.string(),
  decidedAt: instant,
});

const writtenComment = {
  commentId: z.uuid(),
  mocId: z.uuid(),
  /** Null once the account was erased. */
  author: z.string().nullable(),
  writtenAt: instant,
  editedAt: instant.nullable(),
};

export const commentReply = z.object({
  ...writtenComment,
  /** Null once a moderator has removed it. */
  text: z.string().nullable(),
  /** What its author is told of its moderation; null while there is nothing to tell, and for everybody else. */
  moderation: z
    .object({
      hidden: z.boolean(),
      /** Why it was flagged, since the last decision. */
      flags: z.array(flagReason),
      decision: verdict.nullable(),
      appealedAt: instant.nullable(),
    })
    .nullable(),
  /** Revision of the comment's stream that this shows, as a decimal string. */
  revision: z.string(),
});
export type CommentReply = z.infer<typeof commentReply>;

export const commentListReply = z.object({ comments: z.array(commentReply), nextCursor });

/** A comment that waits for a moderator: the longest first. */
const queuedComment = z.object({
  commentId: z.uuid(),
  mocId: z.uuid(),
  waitingSince: instant,
  kind: z.enum(['flags', 'appeal']),
  flags: z.int().nonnegative(),
  hidden: z.boolean(),
  claimedUntil: instant.nullable(),
});
export type QueuedComment = z.infer<typeof queuedComment>;
export const commentQueueReply = z.object({ reviews: z.array(queuedComment), nextCursor });

/** What moderators decided, for everybody: no comment, no author, no moderator, no words of anybody. */
const commentLogEntry = z.object({
  entryId: z.uuid(),
  kind: z.enum(['decision', 'reversal']),
  decision: pastDecision,
  rule: z.string(),
  /** Why it was flagged, each reason once. */
  reasons: z.array(flagReason),
  at: instant,
});
export type CommentLogEntry = z.infer<typeof commentLogEntry>;
export const commentLogReply = z.object({ entries: z.array(commentLogEntry), nextCursor });

/** Everything that a moderator needs; who flagged it is not among it. */
export const commentReview = z.object({
  ...writtenComment,
  text: z.string(),
  hidden: z.boolean(),
  flags: z.array(z.object({ reason: flagReason, words: z.string(), flaggedAt: instant, judged: z.boolean() })),
  claim: z.object({ moderator: z.string(), until: instant }).nullable(),
  decision: verdict.extend({ moderator: z.string() }).nullable(),
  appeal: z.object({ words: z.string(), appealedAt: instant }).nullable(),
});
export type CommentReview = z.infer<typeof commentReview>;
