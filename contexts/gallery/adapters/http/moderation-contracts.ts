import { defineRoute } from '@lego-moc/http/route-contract';
import { appealRequest, flagImageRequest, flagRequest } from '../../contracts/flags-api.ts';
import { imageParams, imageReply } from '../../contracts/http-api.ts';
import {
  decisionRequest,
  logReply,
  queueQuery,
  queueReply,
  reportQuery,
  reportReply,
  reversalRequest,
  reviewReply,
} from '../../contracts/moderation-api.ts';

const tags = ['Moderation'];
const params = imageParams;
const moderators = { tags, access: 'moderator', params } as const;
const review = { 200: { description: 'The review', schema: reviewReply } };
const flagReplies = { 204: { description: 'Flagged, or flagged before' } };

export const flagImage = defineRoute({
  method: 'post',
  path: '/v1/images/:imageId/flags',
  summary: 'Flag an image, once',
  tags,
  params,
  body: flagRequest,
  replies: flagReplies,
});

export const flagImageById = defineRoute({
  method: 'post',
  path: '/v1/flags',
  summary: 'Flag an image that the body names, once',
  tags,
  body: flagImageRequest,
  replies: flagReplies,
});

export const appeal = defineRoute({
  method: 'post',
  path: '/v1/images/:imageId/appeal',
  summary: 'Object to a decision about an image, as its owner',
  tags,
  params,
  body: appealRequest,
  replies: { 200: { description: 'The image', schema: imageReply } },
});

export const readLog = defineRoute({
  method: 'get',
  path: '/v1/moderation/log',
  summary: 'What moderators decided, newest first, without personal data',
  tags,
  query: queueQuery,
  replies: { 200: { description: 'The page', schema: logReply } },
});

export const readQueue = defineRoute({
  method: 'get',
  path: '/v1/moderation/queue',
  summary: 'Images that wait for a moderator, the longest waiting first',
  tags,
  access: 'moderator',
  query: queueQuery,
  replies: { 200: { description: 'The page', schema: queueReply } },
});

export const readReport = defineRoute({
  method: 'get',
  path: '/v1/moderation/report',
  summary: 'What was flagged and decided of late, how long that took, and what waits now',
  tags,
  access: 'moderator',
  query: reportQuery,
  replies: { 200: { description: 'The report', schema: reportReply } },
});

export const readReview = defineRoute({
  ...moderators,
  method: 'get',
  path: '/v1/moderation/images/:imageId',
  summary: 'An image with its flags',
  replies: review,
});

export const claimReview = defineRoute({
  ...moderators,
  method: 'put',
  path: '/v1/moderation/images/:imageId/claim',
  summary: 'Take on a review for a quarter of an hour',
  replies: review,
});

export const decideReview = defineRoute({
  ...moderators,
  method: 'put',
  path: '/v1/moderation/images/:imageId/decision',
  summary: 'Decide a review that is claimed: flags, or an appeal that is not granted',
  body: decisionRequest,
  replies: review,
});

export const reverseDecision = defineRoute({
  ...moderators,
  method: 'put',
  path: '/v1/moderation/images/:imageId/reversal',
  summary: 'Grant an appeal that is claimed: the image is as it was',
  body: reversalRequest,
  replies: review,
});
