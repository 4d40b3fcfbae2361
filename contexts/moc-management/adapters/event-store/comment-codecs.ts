import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import { COMMENT_FLAG_REASONS, type CommentEvent, type CommentId } from '../../domain/comment-events.ts';
import type { CommenterEvent } from '../../domain/commenter.ts';
import { instant, mocId, userId } from './stored-values.ts';

const commentId = z.string().transform((id) => id as CommentId);
const text = z.string();
const decision = z.enum(['dismiss', 'warn', 'hide', 'remove']);

/** Stored forms of the events of a comment on a MOC. */
export const commentCodec = codecFor<CommentEvent>('moc-management', {
  CommentWritten: [{ schema: z.object({ commentId, mocId, author: userId, text, writtenAt: instant }) }],
  CommentEdited: [{ schema: z.object({ commentId, text, editedAt: instant }) }],
  CommentDeleted: [{ schema: z.object({ commentId, deletedAt: instant }) }],
  CommentAuthorForgotten: [{ schema: z.object({ commentId }) }],
  CommentFlagged: [
    {
      schema: z.object({
        ...{ commentId, flagger: userId, reason: z.enum(COMMENT_FLAG_REASONS), words: text },
        ...{ trusted: z.boolean(), flaggedAt: instant },
      }),
    },
  ],
  CommentHidden: [{ schema: z.object({ commentId, hiddenAt: instant }) }],
  CommentReviewClaimed: [{ schema: z.object({ commentId, moderator: userId, claimedAt: instant, until: instant }) }],
  CommentReviewDecided: [
    { schema: z.object({ commentId, moderator: userId, decision, rule: text, reason: text, decidedAt: instant }) },
  ],
  CommentDecisionAppealed: [{ schema: z.object({ commentId, words: text, appealedAt: instant }) }],
  CommentDecisionReversed: [{ schema: z.object({ commentId, moderator: userId, reason: text, reversedAt: instant }) }],
  CommentFlaggerForgotten: [{ schema: z.object({ commentId, flagger: userId }) }],
}).showing({
  shown: [
    ...['commentId', 'mocId', 'author', 'writtenAt', 'editedAt', 'deletedAt', 'flagger', 'trusted'],
    ...['flaggedAt', 'hiddenAt', 'moderator', 'claimedAt', 'until', 'decision', 'decidedAt'],
    ...['appealedAt', 'reversedAt', 'status'],
  ],
  erasedBy: ['CommentDeleted', 'CommentAuthorForgotten'],
});

/** Stored forms of the events of somebody who comments. */
export const commenterCodec = codecFor<CommenterEvent>('moc-management', {
  CommentBegun: [{ schema: z.object({ commentId, begunAt: instant }) }],
  CommentFlagSpent: [{ schema: z.object({ commentId, spentAt: instant }) }],
  CommentFlagJudged: [{ schema: z.object({ commentId, upheld: z.boolean() }) }],
  CommenterErased: [{ schema: z.object({ erasedAt: instant }) }],
}).showing({ shown: ['commentId', 'begunAt', 'spentAt', 'upheld', 'erasedAt'], erasedBy: ['CommenterErased'] });
