import { defineRoute } from '@lego-moc/http/route-contract';
import { mocParams } from '../../contracts/http-api.ts';
import {
  bookmarksReply,
  builderParams,
  builderReply,
  followedReply,
  interestCountsQuery,
  interestCountsReply,
  interestReply,
  interestsQuery,
} from '../../contracts/interests-api.ts';

const tags = ['Likes, bookmarks and follows'];
const noContentReply = { 204: { description: 'Done, or done before' } };

export const readInterest = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/interest',
  summary: 'How many users like and bookmark a MOC, and whether the caller does',
  tags,
  params: mocParams,
  replies: { 200: { description: 'The counts', schema: interestReply } },
});

export const countInterests = defineRoute({
  method: 'get',
  path: '/v1/interest-counts',
  summary: 'How many users like and bookmark each MOC',
  tags,
  access: 'service',
  query: interestCountsQuery,
  replies: { 200: { description: 'A page of MOCs', schema: interestCountsReply } },
});

const ofMoc = { tags, params: mocParams, replies: noContentReply };

export const likeMoc = defineRoute({
  ...{ method: 'put', path: '/v1/mocs/:mocId/like', summary: 'Like a MOC' },
  ...ofMoc,
});

export const unlikeMoc = defineRoute({
  ...{ method: 'delete', path: '/v1/mocs/:mocId/like', summary: 'Like a MOC no more' },
  ...ofMoc,
});

export const bookmarkMoc = defineRoute({
  ...{ method: 'put', path: '/v1/mocs/:mocId/bookmark', summary: 'Bookmark a MOC; only the caller sees whose it is' },
  ...ofMoc,
});

export const unbookmarkMoc = defineRoute({
  ...{ method: 'delete', path: '/v1/mocs/:mocId/bookmark', summary: 'Remove a bookmark' },
  ...ofMoc,
});

export const listBookmarks = defineRoute({
  method: 'get',
  path: '/v1/bookmarks',
  summary: 'The MOCs that the caller has bookmarked, the newest bookmark first',
  tags,
  query: interestsQuery,
  replies: { 200: { description: 'A page of them', schema: bookmarksReply } },
});

export const readBuilder = defineRoute({
  method: 'get',
  path: '/v1/builders/:builderId',
  summary: 'How many users follow a builder, and whether the caller does',
  tags,
  params: builderParams,
  replies: { 200: { description: 'The builder', schema: builderReply } },
});

const ofBuilder = { tags, params: builderParams, replies: noContentReply };

export const followBuilder = defineRoute({
  ...{ method: 'put', path: '/v1/builders/:builderId/follow', summary: 'Follow a builder who has published a MOC' },
  ...ofBuilder,
});

export const unfollowBuilder = defineRoute({
  ...{ method: 'delete', path: '/v1/builders/:builderId/follow', summary: 'Follow a builder no more' },
  ...ofBuilder,
});

export const listFollowedBuilders = defineRoute({
  method: 'get',
  path: '/v1/followed-builders',
  summary: 'The builders that the caller follows, the newest first',
  tags,
  query: interestsQuery,
  replies: { 200: { description: 'A page of them', schema: followedReply } },
});
