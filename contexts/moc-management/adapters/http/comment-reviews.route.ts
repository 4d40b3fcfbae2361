import { Router, type Request, type RequestHandler } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import { requireRole } from '@lego-moc/auth-middleware/authenticate';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { exactRouter } from '@lego-moc/http/exact-router';
import { ok, problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import { after } from '@lego-moc/kernel/instant';
import type { ModerationCommand } from '@lego-moc/kernel/moderation';
import { commentReviewOf } from '../../application/comment-replies.ts';
import type { Comments } from '../../application/comments.ts';
import type { CommentReader } from '../../application/ports/comment-reader.ts';
import type { CommentFlagReason, CommentId } from '../../domain/comment-events.ts';
import {
  claimCommentReview,
  decideCommentReview,
  readCommentQueue,
  readCommentReview,
  reverseCommentDecision,
} from './comment-contracts.ts';
import { refusal } from './rejection-status.ts';

/** Long enough to read and decide; an abandoned review is free again soon. */
const CLAIM_MS = 15 * 60_000;

export type CommentReviewRoutes = {
  readonly comments: Pick<Comments, 'latest' | 'moderate'>;
  readonly reader: Pick<CommentReader, 'queue'>;
  readonly now: Clock;
};

const noSuchReview = problem(404, 'comment-not-found', 'There is no such comment that somebody flagged.');

/** Whoever is no moderator learns nothing here. */
export const requireCommentModerator: RequestHandler = exactRouter().use(
  '/v1/moderation/comments',
  requireRole('moderator'),
);

/** The work of moderators on comments. Stands behind `requireCommentModerator`. */
export const commentReviewRoutes = ({ comments, reader, now }: CommentReviewRoutes): Router => {
  const review = async (commentId: string): Promise<Reply> => {
    const { state, revision } = await comments.latest(commentId as CommentId);
    if (state.status !== 'written' || state.moderation.flags.length === 0) return noSuchReview;
    return ok(commentReviewOf(commentId, state), { etag: String(revision) });
  };

  const change = async (request: Request, commentId: string, step: ModerationCommand<CommentFlagReason>) => {
    const outcome = await comments.moderate(commentId as CommentId, step, causeOf(request));
    return isRejection(outcome) ? refusal(outcome) : review(commentId);
  };

  return Router().use(
    route(readCommentQueue, async ({ query }) => ok(await reader.queue(query))),
    route(readCommentReview, ({ params: { commentId } }) => review(commentId)),

    route(claimCommentReview, ({ request, params: { commentId } }) => {
      const at = now();
      const data = { by: userOf(request).id, at, until: after(at, CLAIM_MS) };
      return change(request, commentId, { type: 'ClaimReview', data });
    }),
    route(decideCommentReview, ({ request, params: { commentId }, body }) =>
      change(request, commentId, { type: 'DecideReview', data: { by: userOf(request).id, ...body, at: now() } }),
    ),
    route(reverseCommentDecision, ({ request, params: { commentId }, body: { reason } }) =>
      change(request, commentId, { type: 'ReverseDecision', data: { by: userOf(request).id, reason, at: now() } }),
    ),
  );
};
