import type { Request, RequestHandler } from 'express';
import { callerOf, userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { expectedRevision } from '@lego-moc/http/if-match';
import { refuse } from '@lego-moc/http/problem';
import { ok, type Reply } from '@lego-moc/http/respond';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { OpenOnFirstUse } from '../../application/first-use.ts';
import type { ProfileReader } from '../../application/ports/profile-reader.ts';
import type { ActiveProfile, ProfileCommand, ProfileRejection } from '../../domain/profile.ts';
import { noSuchProfile, refusal } from './rejection-status.ts';

/** Admits users, and services that show profiles. Routes about the own profile require the user themselves. */
export const requireCaller: RequestHandler = (request, _response, next) => {
  if (callerOf(request).service === undefined) userOf(request);
  next();
};

/** The user that a path names; `me` is the caller. */
export const userIdIn = (request: Request, userId: string): UserId =>
  userId === 'me' ? userOf(request).id : (userId as UserId);

/** The caller's own id. Throws 403 when the path names another user. */
export const ownId = (request: Request, userId: string): UserId => {
  const { id } = userOf(request);
  return userIdIn(request, userId) === id
    ? id
    : refuse(403, 'not-your-profile', 'Only its owner may do this to a profile.');
};

/** Like `ownId`; operators may name other users. */
export const ownIdOrOperators = (request: Request, userId: string): UserId =>
  callerOf(request).user?.roles.includes('operator') === true ? userIdIn(request, userId) : ownId(request, userId);

export type OwnProfiles = {
  readonly handle: HandleCommand<ProfileCommand, ProfileRejection>;
  readonly open: OpenOnFirstUse;
  readonly reader: ProfileReader;
};

/** The body of a reply; it may wait for it. */
type Show = (profile: ActiveProfile) => unknown;

/** The caller's own profile: created on first use, read, and changed. */
export const ownProfiles = ({ handle, open, reader }: OwnProfiles) => {
  const openProfile = (request: Request) => {
    const cause = causeOf(request);
    return open(userOf(request), { ...cause, commandId: derivedId('first use', cause.commandId) });
  };

  const showLatest = async (userId: UserId, show: Show): Promise<Reply> => {
    const { profile, revision } = await reader.lastSeen(userId);
    if (profile.status !== 'active') {
      return profile.status === 'absent'
        ? noSuchProfile
        : refusal({ rejected: 'user-erased', because: 'This user was erased and stays so.' });
    }
    return ok(await show(profile), { etag: revision === 'no-stream' ? undefined : revision });
  };

  return {
    /** Creates the profile if there is none, and returns it. */
    begin: async (request: Request, show: Show): Promise<Reply> => {
      const outcome = await openProfile(request);
      return isRejection(outcome) ? refusal(outcome) : showLatest(userOf(request).id, show);
    },

    /** Returns the profile after the command. */
    change: async (request: Request, command: ProfileCommand, show: Show): Promise<Reply> => {
      const { id } = userOf(request);
      const attempt = () => handle(id, command, causeOf(request), expectedRevision(request));
      let outcome = await attempt();
      if (isRejection(outcome) && outcome.rejected === 'profile-not-found') {
        await openProfile(request);
        outcome = await attempt();
      }
      if (isRejection(outcome)) return refusal(outcome);
      if (outcome.revision !== 'no-stream') await reader.noteRevision(id, outcome.revision);
      return showLatest(id, show);
    },
  };
};
