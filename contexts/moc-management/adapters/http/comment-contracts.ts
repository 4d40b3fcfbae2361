import { defineRoute } from '@lego-moc/http/route-contract';
import {
  commentAppealRequest,
  commentDecisionRequest,
  commentFlagRequest,
  commentListReply,
  commentLogReply,
  commentParams,
  commentQueueReply,
  commentReply,
  commentRequest,
  commentReversalRequest,
  commentReview,
  commentsQuery,
  reviewedCommentParams,
} from '../../contracts/comments-api.ts';
import { mocParams } from '../../contracts/http-api.ts';

const tags = ['Comments'];
const path = '/v1/mocs/:mocId/comments/:commentId';
const comment = { tags, params: commentParams, replies: { 200: { description: 'The comment', schema: commentReply } } };

export const listComments = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/comments',
  summary: 'Comments on a MOC, the newest first',
  tags,
  params: mocParams,
  query: commentsQuery,
  replies: { 200: { description: 'A page of them', schema: commentListReply } },
});

export const writeComment = defineRoute({
  method: 'post',
  path: '/v1/mocs/:mocId/comments',
  summary: 'Comment on a MOC',
  tags,
  params: mocParams,
  body: commentRequest,
  replies: {
    201: { description: 'The comment', schema: commentReply },
    404: { description: 'There is no such MOC for you' },
    409: { description: 'comment-limit-reached: your comments are as many as there may be' },
    410: { description: 'Your account was erased' },
    429: { description: 'too-many-comments: you wrote too many in the last hour' },
  },
});

export const readComment = defineRoute({ ...comment, method: 'get', path, summary: 'A comment' });

export const editComment = defineRoute({
  ...comment,
  method: 'patch',
  path,
  summary: 'Change the text of an own comment',
  body: commentRequest,
});

export const deleteComment = defineRoute({
  ...{ method: 'delete', path, summary: 'Delete an own comment', tags, params: commentParams },
  replies: { 204: { description: 'Deleted, or deleted before' } },
});

export const flagComment = defineRoute({
  method: 'post',
  path: '/v1/mocs/:mocId/comments/:commentId/flags',
  summary: 'Flag a comment, once',
  tags,
  params: commentParams,
  body: commentFlagRequest,
  replies: { 204: { description: 'Flagged, or flagged before' } },
});

export const appealComment = defineRoute({
  ...comment,
  method: 'post',
  path: '/v1/mocs/:mocId/comments/:commentId/appeal',
  summary: 'Object to a decision about an own comment',
  body: commentAppealRequest,
});

export const readCommentLog = defineRoute({
  method: 'get',
  path: '/v1/moderation/comment-log',
  summary: 'What moderators decided about comments, newest first, without personal data',
  tags: ['Moderation'],
  query: commentsQuery,
  replies: { 200: { description: 'The page', schema: commentLogReply } },
});

const moderators = {
  tags: ['Moderation'],
  access: 'moderator',
  params: reviewedCommentParams,
  replies: { 200: { description: 'The review', schema: commentReview } },
} as const;

export const readCommentQueue = defineRoute({
  method: 'get',
  path: '/v1/moderation/comments',
  summary: 'Comments that wait for a moderator, the longest waiting first',
  tags: ['Moderation'],
  access: 'moderator',
  query: commentsQuery,
  replies: { 200: { description: 'The page', schema: commentQueueReply } },
});

export const readCommentReview = defineRoute({
  ...moderators,
  method: 'get',
  path: '/v1/moderation/comments/:commentId',
  summary: 'A comment with its flags',
});

export const claimCommentReview = defineRoute({
  ...moderators,
  method: 'put',
  path: '/v1/moderation/comments/:commentId/claim',
  summary: 'Take on the review of a comment for a quarter of an hour',
});

export const decideCommentReview = defineRoute({
  ...moderators,
  method: 'put',
  path: '/v1/moderation/comments/:commentId/decision',
  summary: 'Decide a review that is claimed: flags, or an appeal that is not granted',
  body: commentDecisionRequest,
});

export const reverseCommentDecision = defineRoute({
  ...moderators,
  method: 'put',
  path: '/v1/moderation/comments/:commentId/reversal',
  summary: 'Grant an appeal that is claimed: the comment is as it was',
  body: commentReversalRequest,
});
