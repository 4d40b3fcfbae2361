import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { Wish } from '../../domain/advice/wishes.ts';

/** Wishes as the service that keeps them has them. */
export interface WishReader {
  /** All wishes of a user, in their order. */
  all(user: UserId, cause: Cause): Promise<readonly Wish[]>;
}
