import type { Revision } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import { openFlags, type Verdict } from '@lego-moc/kernel/moderation';
import type { CommentReply, CommentReview } from '../contracts/comments-api.ts';
import type { CommentModeration } from '../domain/comment-moderation.ts';
import type { WrittenComment } from '../domain/comment.ts';

const decisionReplyOf = ({ decision, rule, reason, decidedAt }: Verdict) => ({ decision, rule, reason, decidedAt });

/** What the author of a comment is told of its moderation. */
const moderationReplyOf = (moderation: CommentModeration): CommentReply['moderation'] => {
  const { hidden, decided, appeal } = moderation;
  const flags = openFlags(moderation).map(({ reason }) => reason);
  if (flags.length === 0 && decided === null) return null;
  return { hidden, flags, decision: decided && decisionReplyOf(decided), appealedAt: appeal?.appealedAt ?? null };
};

/** A comment as the API shows it to `reader`; what a moderator has removed is withheld from its author, too. */
export const commentReplyOf = (
  commentId: string,
  revision: Revision,
  { mocId, author, text, writtenAt, editedAt, moderation }: WrittenComment,
  reader: UserId,
): CommentReply => ({
  ...{ commentId, mocId, author, writtenAt, editedAt, revision: String(revision) },
  text: moderation.decided?.decision === 'remove' ? null : text,
  moderation: author === reader ? moderationReplyOf(moderation) : null,
});

/** A comment as moderators see it. */
export const commentReviewOf = (commentId: string, comment: WrittenComment): CommentReview => {
  const { mocId, author, text, writtenAt, editedAt, moderation } = comment;
  const { hidden, flags, claim, decided, appeal } = moderation;
  return {
    ...{ commentId, mocId, author, text, writtenAt, editedAt, hidden, claim, appeal },
    flags: flags.map(({ reason, words, flaggedAt, judged }) => ({ reason, words, flaggedAt, judged })),
    decision: decided && { ...decisionReplyOf(decided), moderator: decided.moderator },
  };
};
