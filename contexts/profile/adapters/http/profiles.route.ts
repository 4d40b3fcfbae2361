import { Router } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { omitUndefined } from '@lego-moc/http/omit-undefined';
import { noContent, ok, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { Clock } from '@lego-moc/application/clock';
import type { UserId } from '@lego-moc/kernel/message';
import { avatarPreviews } from '../../application/avatar-previews.ts';
import type { EraseUser } from '../../application/erasure.ts';
import type { Avatars } from '../../application/ports/avatars.ts';
import type { ReadProfile } from '../../application/ports/profile-reader.ts';
import type { ActiveProfile } from '../../domain/profile.ts';
import {
  choosePreferences,
  eraseProfile,
  readMe,
  readMyPreferences,
  readProfile,
  readPublicProfile,
  readPublicProfiles,
  updateProfile,
} from './contracts.ts';
import { userIdIn, ownId, ownIdOrOperators, ownProfiles, type OwnProfiles } from './own-profile.ts';
import { ownReplyOf, publicReplyOf } from './profile-reply.ts';
import { noSuchProfile } from './rejection-status.ts';

export type ProfileRoutes = OwnProfiles & {
  readonly erase: EraseUser;
  readonly avatars: Pick<Avatars, 'squareUrl'>;
  readonly now: Clock;
};

/** Of a profile with signed URLs: these expire, and a stored copy would outlive them. */
const NO_STORE = { 'cache-control': 'no-store' };

const profileViews = (avatars: Pick<Avatars, 'squareUrl'>) => {
  const previewOf = avatarPreviews(avatars);
  const publicView = async (profile: ReadProfile) => ({
    ...publicReplyOf(profile),
    avatarPreview: await previewOf(profile),
  });
  const ownView = async (profile: ActiveProfile | ReadProfile) => ({
    ...ownReplyOf(profile),
    avatarPreview: await previewOf(profile),
  });
  const replyWithOwn = async (profile: ReadProfile): Promise<Reply> =>
    ok(await ownView(profile), { etag: profile.revision, headers: profile.avatarId === null ? {} : NO_STORE });
  return { publicView, ownView, replyWithOwn };
};

/** A browser may cache public profiles for as long as the service itself does. */
const FOR_A_WHILE = { 'cache-control': 'private, max-age=60' };

/** A user's own profile, and public profiles. */
export const profileRoutes = (needs: ProfileRoutes): Router => {
  const { reader, erase, avatars, now } = needs;
  const own = ownProfiles(needs);

  const findProfile = async (userId: UserId): Promise<ReadProfile | undefined> =>
    (await reader.profiles([userId])).get(userId);

  const { publicView, ownView, replyWithOwn } = profileViews(avatars);

  return Router().use(
    route(readMe, async ({ request }) => {
      const profile = await findProfile(userOf(request).id);
      return profile === undefined ? own.begin(request, ownView) : replyWithOwn(profile);
    }),

    route(readMyPreferences, async ({ request }) => {
      const profile = await findProfile(userOf(request).id);
      return profile === undefined
        ? own.begin(request, ({ preferences }) => preferences)
        : ok(profile.preferences, { etag: profile.revision });
    }),

    route(choosePreferences, ({ request, body }) =>
      own.change(
        request,
        { type: 'ChoosePreferences', data: { change: omitUndefined(body) } },
        ({ preferences }) => preferences,
      ),
    ),

    route(readPublicProfiles, async ({ query: { ids } }) => {
      const profiles = await reader.profiles(ids as UserId[]);
      const uniqueIds = [...new Set(ids as UserId[])];
      const users = await Promise.all(uniqueIds.flatMap((id) => profiles.get(id) ?? []).map(publicView));
      return ok({ users, missing: uniqueIds.filter((id) => !profiles.has(id)) }, { headers: FOR_A_WHILE });
    }),

    route(readProfile, async ({ request, params }) => {
      const profile = await findProfile(ownIdOrOperators(request, params.userId));
      return profile === undefined ? noSuchProfile : replyWithOwn(profile);
    }),

    route(updateProfile, ({ request, params, body }) => {
      ownId(request, params.userId);
      return own.change(request, { type: 'DescribePerson', data: { change: omitUndefined(body) } }, ownReplyOf);
    }),

    route(eraseProfile, async ({ request, params }) => {
      const userId = ownIdOrOperators(request, params.userId);
      await erase({ userId, erasedAt: now(), because: 'asked' }, causeOf(request));
      return noContent();
    }),

    route(readPublicProfile, async ({ request, params }) => {
      const profile = await findProfile(userIdIn(request, params.userId));
      return profile === undefined ? noSuchProfile : ok(await publicView(profile), { headers: FOR_A_WHILE });
    }),
  );
};
