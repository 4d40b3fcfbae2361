import type { Revision } from '@lego-moc/application/event-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Profile } from '../../domain/profile.ts';
import type { Personal } from '../../domain/profile-events.ts';

/** A profile as readers see it. */
export type ReadProfile = Omit<Personal, 'avatarPreview'> & {
  readonly userId: UserId;
  readonly createdAt: Instant;
  readonly avatarId: string | null;
  /** Null when the avatar cannot be described, absent until it was. */
  readonly avatarPreview?: Personal['avatarPreview'];
  readonly revision: bigint;
};

/** A profile in any state, and the revision of its stream. */
export type LoadedProfile = { readonly profile: Profile; readonly revision: Revision };

export type ReadProfiles = ReadonlyMap<UserId, ReadProfile>;

/** Profiles, none older than its noted revision. Ids without one, and those of erased users, are missing. */
export interface ProfileReader {
  profiles(userIds: readonly UserId[]): Promise<ReadProfiles>;
  /**
   * The profile has reached `revision`: this instance returns no earlier one from now on. Resolves with whether the other
   * instances return none either; `false` while the cache is unreachable, and then it is to be noted again.
   */
  noteRevision(userId: UserId, revision: bigint): Promise<boolean>;
  /** From the stream, at this moment. */
  latest(userId: UserId): Promise<LoadedProfile>;
  /** From this instance's cache: no older than the commands it has handled. */
  lastSeen(userId: UserId): Promise<LoadedProfile>;
}
