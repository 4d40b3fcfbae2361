import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ProfileEvent } from '../../domain/profile-events.ts';

/** An event of a profile's stream. Without `event` it is unreadable: the key that sealed it is lost. */
export type HistoryEntry = {
  readonly revision: bigint;
  readonly recordedAt: Instant;
  readonly type: ProfileEvent['type'];
  readonly event?: ProfileEvent;
};

/** All recorded events of a user, oldest first, unreadable ones included. */
export type ProfileHistory = (userId: UserId) => AsyncIterable<HistoryEntry>;
