import { Router, type Request } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import { noContent, ok, problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { InterestsOfUsers, Since } from '../../application/interests.ts';
import type { InterestReader } from '../../application/ports/interest-reader.ts';
import type { VersionReading } from '../../application/version-reading.ts';
import type { InterestKind } from '../../domain/interests.ts';
import type { MocId } from '../../domain/moc-id.ts';
import {
  bookmarkMoc,
  followBuilder,
  likeMoc,
  listBookmarks,
  listFollowedBuilders,
  readBuilder,
  readInterest,
  unbookmarkMoc,
  unfollowBuilder,
  unlikeMoc,
} from './interest-contracts.ts';
import { refusal } from './rejection-status.ts';

export type InterestRoutes = {
  readonly interests: Omit<InterestsOfUsers, 'erase'>;
  readonly versions: Pick<VersionReading, 'mocOf'>;
  readonly reader: Pick<InterestReader, 'visibleMocs' | 'isBuilder'>;
};

const noSuchBuilder = problem(404, 'builder-not-found', 'There is no builder of this id who has published a MOC.');
const ownFollow = problem(409, 'own-follow', 'You cannot follow yourself.');

/** The page after the interest that `cursor` names. An interest that was withdrawn meanwhile still has its place. */
const pageOf = (all: readonly Since[], { cursor, limit }: { cursor?: string | undefined; limit: number }) => {
  const [, since, target] = cursor === undefined ? [] : (/^(\S+) (\S+)$/.exec(decode(cursor)) ?? badCursor());
  const rest =
    since === undefined || target === undefined
      ? all
      : all.filter((entry) => entry.since < since || (entry.since === since && entry.target < target));
  const page = rest.slice(0, limit);
  const last = rest.length > limit ? page.at(-1) : undefined;
  const nextCursor = last === undefined ? null : Buffer.from(`${last.since} ${last.target}`).toString('base64url');
  return { page, nextCursor };
};

const decode = (cursor: string): string => Buffer.from(cursor, 'base64url').toString('utf8');

const badCursor = (): never =>
  refuse(400, 'cursor-invalid', 'A cursor is taken from the page before, unchanged.', {
    errors: [{ pointer: '/query/cursor', detail: 'not a cursor of this list' }],
  });

/** Shows interests, and ends them, for the caller of a request. */
const changesOf = (interests: InterestRoutes['interests']) => ({
  show: async (request: Request, kind: InterestKind, target: string): Promise<Reply> => {
    const outcome = await interests.show(userOf(request).id, kind, target, causeOf(request));
    return isRejection(outcome) ? refusal(outcome) : noContent();
  },
  /** Also in what the caller has lost sight of; `otherwise` answers when they show none. */
  withdraw: async (
    request: Request,
    kind: InterestKind,
    target: string,
    otherwise: () => Promise<Reply>,
  ): Promise<Reply> => {
    const { id: user } = userOf(request);
    if (!(await interests.isShown(user, kind, target))) return otherwise();
    await interests.withdraw(user, kind, target, causeOf(request));
    return noContent();
  },
});

/** Likes and bookmarks of MOCs that their users see. */
export const interestRoutes = ({ interests, versions }: Pick<InterestRoutes, 'interests' | 'versions'>): Router => {
  const { show, withdraw } = changesOf(interests);
  const ofMoc = async (request: Request, mocId: string, answer: () => Promise<Reply>): Promise<Reply> => {
    const result = await versions.mocOf(mocId as MocId, userOf(request).id);
    return isRejection(result) ? refusal(result) : answer();
  };
  const showIn = (request: Request, kind: InterestKind, mocId: string) =>
    ofMoc(request, mocId, () => show(request, kind, mocId));
  const withdrawFrom = (request: Request, kind: InterestKind, mocId: string) =>
    withdraw(request, kind, mocId, () => ofMoc(request, mocId, () => Promise.resolve(noContent())));

  return Router().use(
    route(readInterest, ({ request, params: { mocId } }) =>
      ofMoc(request, mocId, async () => {
        const { id: user } = userOf(request);
        const [likes, bookmarks] = await Promise.all([
          interests.tally(user, 'like', mocId),
          interests.tally(user, 'bookmark', mocId),
        ]);
        return ok({
          ...{ likes: likes.count, bookmarks: bookmarks.count },
          ...{ isLiked: likes.isShown, isBookmarked: bookmarks.isShown },
        });
      }),
    ),
    route(likeMoc, ({ request, params }) => showIn(request, 'like', params.mocId)),
    route(bookmarkMoc, ({ request, params }) => showIn(request, 'bookmark', params.mocId)),
    route(unlikeMoc, ({ request, params }) => withdrawFrom(request, 'like', params.mocId)),
    route(unbookmarkMoc, ({ request, params }) => withdrawFrom(request, 'bookmark', params.mocId)),
  );
};

/** Follows of builders: users who have published a MOC. */
export const builderRoutes = ({ interests, reader }: Pick<InterestRoutes, 'interests' | 'reader'>): Router => {
  const { show, withdraw } = changesOf(interests);
  const isBuilder = async (builder: UserId, user: UserId): Promise<boolean> =>
    builder === user || (await reader.isBuilder(builder));

  return Router().use(
    route(readBuilder, async ({ request, params: { builderId } }) => {
      const { id: user } = userOf(request);
      if (!(await isBuilder(builderId as UserId, user))) return noSuchBuilder;
      const { count, isShown } = await interests.tally(user, 'follow', builderId);
      return ok({ builderId, followers: count, isFollowed: isShown });
    }),
    route(followBuilder, async ({ request, params: { builderId } }) => {
      if (builderId === userOf(request).id) return ownFollow;
      return (await reader.isBuilder(builderId as UserId)) ? show(request, 'follow', builderId) : noSuchBuilder;
    }),
    route(unfollowBuilder, ({ request, params: { builderId } }) =>
      withdraw(request, 'follow', builderId, async () =>
        (await isBuilder(builderId as UserId, userOf(request).id)) ? noContent() : noSuchBuilder,
      ),
    ),
  );
};

/** What the caller has bookmarked, and whom they follow. */
export const ownInterestRoutes = ({ interests, reader }: Pick<InterestRoutes, 'interests' | 'reader'>): Router =>
  Router().use(
    route(listBookmarks, async ({ request, query }) => {
      const { id: user } = userOf(request);
      const { page, nextCursor } = pageOf(await interests.of(user, 'bookmark'), query);
      const mocIds = page.map(({ target }) => target);
      const mocs = new Map((await reader.visibleMocs(mocIds, user)).map((moc) => [moc.mocId as string, moc]));
      const bookmarks = page.flatMap(({ target, since }) => {
        const moc = mocs.get(target);
        return moc === undefined ? [] : [{ ...moc, since }];
      });
      return ok({ bookmarks, nextCursor });
    }),

    route(listFollowedBuilders, async ({ request, query }) => {
      const { page, nextCursor } = pageOf(await interests.of(userOf(request).id, 'follow'), query);
      return ok({ builders: page.map(({ target: builderId, since }) => ({ builderId, since })), nextCursor });
    }),
  );
