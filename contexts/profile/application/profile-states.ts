import type { FoldedStates } from '@lego-moc/application/folded-states';
import type { Profile, ProfileCommand, ProfileRejection } from '../domain/profile.ts';
import type { ProfileReader } from './ports/profile-reader.ts';

/** Folded profiles in clear text; after an erasure the profile is folded anew, without its personal parts. */
export type ProfileStates = FoldedStates<ProfileCommand, Profile, ProfileRejection>;

export const lastSeenProfile =
  ({ lastSeen }: Pick<ProfileStates, 'lastSeen'>): ProfileReader['lastSeen'] =>
  async (userId) => {
    const { state: profile, revision } = await lastSeen(userId);
    return { profile, revision };
  };
