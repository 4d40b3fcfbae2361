import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { ReviewDecision } from '@lego-moc/kernel/moderation';
import type { MocId } from './moc-id.ts';

export type CommentId = Brand<string, 'CommentId'>;

/** Why somebody flags a comment. */
export const COMMENT_FLAG_REASONS = ['offensive', 'harassment', 'personal-data', 'spam', 'other'] as const;
export type CommentFlagReason = (typeof COMMENT_FLAG_REASONS)[number];

/** Somebody commented on a MOC that they see. */
export type CommentWritten = Message<
  'CommentWritten',
  { commentId: CommentId; mocId: MocId; author: UserId; text: string; writtenAt: Instant }
>;

/** The author says it differently. */
export type CommentEdited = Message<'CommentEdited', { commentId: CommentId; text: string; editedAt: Instant }>;

/** Its author took it back, or its MOC was deleted. */
export type CommentDeleted = Message<'CommentDeleted', { commentId: CommentId; deletedAt: Instant }>;

/** The account of its author was erased: the comment stays, without a name. */
export type CommentAuthorForgotten = Message<'CommentAuthorForgotten', { commentId: CommentId }>;

/** Somebody says that it does not belong here. A trusted flag hides it alone. */
export type CommentFlagged = Message<
  'CommentFlagged',
  {
    commentId: CommentId;
    flagger: UserId;
    reason: CommentFlagReason;
    words: string;
    trusted: boolean;
    flaggedAt: Instant;
  }
>;

/** It was flagged often enough to be hidden until a moderator has decided. */
export type CommentHidden = Message<'CommentHidden', { commentId: CommentId; hiddenAt: Instant }>;

/** A moderator took on its review, and has until then to decide. */
export type CommentReviewClaimed = Message<
  'CommentReviewClaimed',
  { commentId: CommentId; moderator: UserId; claimedAt: Instant; until: Instant }
>;

/** A moderator decided what becomes of it, by a rule and for a reason that its author reads. */
export type CommentReviewDecided = Message<
  'CommentReviewDecided',
  {
    commentId: CommentId;
    moderator: UserId;
    decision: ReviewDecision;
    rule: string;
    reason: string;
    decidedAt: Instant;
  }
>;

/** Its author objects to the decision. */
export type CommentDecisionAppealed = Message<
  'CommentDecisionAppealed',
  { commentId: CommentId; words: string; appealedAt: Instant }
>;

/** Another moderator took the decision back: the comment is as it was before it was flagged. */
export type CommentDecisionReversed = Message<
  'CommentDecisionReversed',
  { commentId: CommentId; moderator: UserId; reason: string; reversedAt: Instant }
>;

/** The account of a flagger was erased: the flag counts on, without name and words. */
export type CommentFlaggerForgotten = Message<'CommentFlaggerForgotten', { commentId: CommentId; flagger: UserId }>;

export type CommentModerationEvent =
  | CommentFlagged
  | CommentHidden
  | CommentReviewClaimed
  | CommentReviewDecided
  | CommentDecisionAppealed
  | CommentDecisionReversed
  | CommentFlaggerForgotten;

export type CommentEvent =
  CommentWritten | CommentEdited | CommentDeleted | CommentAuthorForgotten | CommentModerationEvent;
