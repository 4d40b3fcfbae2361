import type { ReadProfile } from '../../application/ports/profile-reader.ts';
import type { OwnProfile, PublicProfile } from '../../contracts/http-api.ts';

const avatarOf = ({ userId, avatarId }: Pick<ReadProfile, 'userId' | 'avatarId'>): PublicProfile['avatar'] => {
  if (avatarId === null) return null;
  const path = (size: number) => `/v1/users/${encodeURIComponent(userId)}/avatar?size=${String(size)}&v=${avatarId}`;
  return { 64: path(64), 128: path(128), 256: path(256), 512: path(512) };
};

/** The public part of a profile. */
export const publicReplyOf = (profile: Omit<ReadProfile, 'revision'>): PublicProfile => {
  const { userId, person, createdAt } = profile;
  const { displayName, bio, location, website } = person;
  return { userId, displayName, bio, location, website, avatar: avatarOf(profile), createdAt };
};

/** All of a profile, for its owner. */
export const ownReplyOf = (profile: Omit<ReadProfile, 'revision'>): OwnProfile => ({
  ...publicReplyOf(profile),
  email: profile.email,
  preferences: profile.preferences,
});
