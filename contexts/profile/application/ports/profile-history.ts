import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ProfileEvent } from '../../domain/profile-events.ts';

/** An event of a profile's stream. Without `event` it is unreadable: the key that sealed it is lost. */
export type HistoryEntry = {
  readonly revision: bigint;
  readonly recordedAt: Instant;
  readonly type: ProfileEvent['type'];
  readonly event?: ProfileEvent;
};

/** Everything that was recorded of a user, oldest first, with what cannot be read. */
export type ProfileHistory = (userId: UserId) => AsyncIterable<HistoryEntry>;
