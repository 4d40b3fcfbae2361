import { z } from 'zod';
import { USER_ID } from '@lego-moc/kernel/user-id';

const builderId = z.string().regex(USER_ID, 'an id of the Auth Service');

export const builderParams = z.object({ builderId });

const count = z.int().nonnegative();

/** `GET /v1/mocs/:mocId/interest`. The caller's own interest counts at once, that of others within moments. */
export const interestReply = z.object({
  likes: count,
  bookmarks: count,
  isLiked: z.boolean(),
  isBookmarked: z.boolean(),
});

/** `GET /v1/builders/:builderId`: a user who has published a MOC, or the caller. */
export const builderReply = z.object({ builderId, followers: count, isFollowed: z.boolean() });

/**
 * `GET /v1/interest-counts?cursor=&limit=`, for services: the MOCs that anybody likes or bookmarks, by id, with how many do.
 * Also drafts, which their readers have to leave out.
 */
export const interestCountsQuery = z.object({
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(5_000).default(5_000),
});
export const interestCountsReply = z.object({
  mocs: z.array(z.object({ mocId: z.uuid(), likes: count, bookmarks: count })),
  nextCursor: z.uuid().nullable(),
});
export type InterestCountsQuery = z.infer<typeof interestCountsQuery>;
export type InterestCountsReply = z.infer<typeof interestCountsReply>;

/** `cursor` is the `nextCursor` of the page before. */
export const interestsQuery = z.object({
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

const nextCursor = z.string().nullable();
const since = z.iso.datetime();

/** `GET /v1/bookmarks`: the newest first. A page leaves out MOCs that the caller does not see any more. */
export const bookmarksReply = z.object({
  bookmarks: z.array(z.object({ mocId: z.uuid(), title: z.string(), owner: z.string(), since })),
  nextCursor,
});

/** `GET /v1/followed-builders`: the newest first. */
export const followedReply = z.object({ builders: z.array(z.object({ builderId, since })), nextCursor });
