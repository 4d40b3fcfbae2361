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

/** Profiles, none older than its noted revision. Ids without one, and those of erased users, are missing. */
export interface ProfileReader {
  profiles(userIds: readonly UserId[]): Promise<ReadProfiles>;
  /**
   * The profile has reached `revision`: this instance returns no earlier one from now on. Resolves with whether the other
   * instances return none either; `false` while the cache is unreachable, and then it is to be noted again.
   */
  noteRevision(userId: UserId, revision: bigint): Promise<boolean>;
  /** As the stream has it at this moment. */
  latest(userId: UserId): Promise<LoadedProfile>;
  /** As last seen by this instance: no older than what it has handled itself. */
  lastSeen(userId: UserId): Promise<LoadedProfile>;
}
