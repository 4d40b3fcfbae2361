import { Router, type Request } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { expectedRevision } from '@lego-moc/http/if-match';
import { createdReply, noContent, ok, problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import { commentReplyOf } from '../../application/comment-replies.ts';
import type { Comments } from '../../application/comments.ts';
import type { CommentReader } from '../../application/ports/comment-reader.ts';
import { isRefused, type VersionReading } from '../../application/version-reading.ts';
import type { CommentId } from '../../domain/comment-events.ts';
import { isVisibleTo, type CommentCommand } from '../../domain/comment.ts';
import type { MocId } from '../../domain/moc-id.ts';
import {
  appealComment,
  deleteComment,
  editComment,
  flagComment,
  listComments,
  readComment,
  readCommentLog,
  writeComment,
} from './comment-contracts.ts';
import { refusal } from './rejection-status.ts';

export type CommentRoutes = {
  readonly comments: Omit<Comments, 'judge' | 'forget'>;
  readonly reader: Pick<CommentReader, 'ofMoc' | 'log'>;
  readonly versions: Pick<VersionReading, 'mocOf'>;
  readonly now: Clock;
};

type Place = { readonly mocId: string; readonly commentId: string };

const noSuchComment = problem(404, 'comment-not-found', 'There is no such comment.');

/** Looks up the comment at a place, deleted or not; own comments are found when their MOC is out of sight, too. */
const findComment =
  ({ comments, versions }: Pick<CommentRoutes, 'comments' | 'versions'>) =>
  async (request: Request, { mocId, commentId }: Place) => {
    const { id: user } = userOf(request);
    const { state, revision } = await comments.latest(commentId as CommentId);
    if (state.status === 'absent' || state.mocId !== mocId) return undefined;
    if (state.author === user) return { state, revision };
    const isVisible = state.status === 'written' && isVisibleTo(user, state);
    return isVisible && !isRefused(await versions.mocOf(mocId as MocId, user)) ? { state, revision } : undefined;
  };

/** Comments on MOCs that the caller sees. */
export const commentRoutes = ({ comments, reader, versions, now }: CommentRoutes): Router => {
  const commentAt = findComment({ comments, versions });

  const show = async (request: Request, place: Place, answer: (body: object, etag: string) => Reply) => {
    const comment = await commentAt(request, place);
    if (comment?.state.status !== 'written') return noSuchComment;
    const body = commentReplyOf(place.commentId, comment.revision, comment.state, userOf(request).id);
    return answer(body, body.revision);
  };
  const showAsIs = (request: Request, place: Place) => show(request, place, (body, etag) => ok(body, { etag }));

  const change = async (request: Request, place: Place, command: CommentCommand): Promise<Reply | undefined> => {
    if ((await commentAt(request, place)) === undefined) return noSuchComment;
    const outcome = await comments.change(command, causeOf(request), expectedRevision(request));
    return isRejection(outcome) ? refusal(outcome) : undefined;
  };

  return Router().use(
    route(listComments, async ({ request, params, query }) => {
      const mocId = params.mocId as MocId;
      const { id: user } = userOf(request);
      const moc = await versions.mocOf(mocId, user);
      return isRefused(moc) ? refusal(moc) : ok(await reader.ofMoc(mocId, user, query));
    }),

    route(readCommentLog, async ({ query }) => ok(await reader.log(query))),

    route(writeComment, async ({ request, params: { mocId }, body: { text } }) => {
      const { id: by } = userOf(request);
      const moc = await versions.mocOf(mocId as MocId, by);
      if (isRefused(moc)) return refusal(moc);
      const commentId = await comments.write({ mocId: mocId as MocId, by, text }, causeOf(request));
      if (typeof commentId !== 'string') return refusal(commentId);
      const location = `/v1/mocs/${mocId}/comments/${commentId}`;
      return show(request, { mocId, commentId }, (body, etag) => createdReply(location, body, etag));
    }),

    route(readComment, ({ request, params }) => showAsIs(request, params)),

    route(editComment, async ({ request, params, body: { text } }) => {
      const data = { commentId: params.commentId as CommentId, by: userOf(request).id, text, at: now() };
      return (await change(request, params, { type: 'EditComment', data })) ?? showAsIs(request, params);
    }),

    route(deleteComment, async ({ request, params }) => {
      const data = { commentId: params.commentId as CommentId, by: userOf(request).id, at: now() };
      return (await change(request, params, { type: 'DeleteComment', data })) ?? noContent();
    }),

    route(flagComment, async ({ request, params, body }) => {
      const comment = await commentAt(request, params);
      const flag = { by: userOf(request).id, ...body };
      if (comment?.state.status !== 'written') return noSuchComment;
      const outcome = await comments.flag(params.commentId as CommentId, flag, causeOf(request));
      return isRejection(outcome) ? refusal(outcome) : noContent();
    }),

    route(appealComment, async ({ request, params, body: { words } }) => {
      const commentId = params.commentId as CommentId;
      const data = { by: userOf(request).id, words, at: now() };
      const command = { type: 'ModerateComment', data: { commentId, step: { type: 'AppealDecision', data } } } as const;
      return (await change(request, params, command)) ?? showAsIs(request, params);
    }),
  );
};
