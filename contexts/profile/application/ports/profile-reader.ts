import type { Revision } from '@lego-moc/application/event-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Profile } from '../../domain/profile.ts';
import type { Personal } from '../../domain/profile-events.ts';

/** A profile as readers see it. */
export type ReadProfile = Personal & {
  readonly userId: UserId;
  readonly createdAt: Instant;
  readonly avatarId: string | null;
  readonly revision: bigint;
};

/** A profile in whatever state, and up to where its stream was read. */
export type LoadedProfile = { readonly profile: Profile; readonly revision: Revision };

export type ReadProfiles = ReadonlyMap<UserId, ReadProfile>;

/** Profiles, not older than what was heard of. Ids without one, and those of erased users, are missing. */
export interface ProfileReader {
  profiles(userIds: readonly UserId[]): Promise<ReadProfiles>;
  /**
   * The profile has come to `revision`: nobody is shown an earlier one here from now on. Whether it is certain that
   * nobody is shown one elsewhere either: not while the cache is away. Then it is to be told again.
   */
  noteRevision(userId: UserId, revision: bigint): Promise<boolean>;
  /** As the stream has it at this moment. */
  latest(userId: UserId): Promise<LoadedProfile>;
  /** As last seen by this instance: no older than what it has handled itself. */
  lastSeen(userId: UserId): Promise<LoadedProfile>;
}
