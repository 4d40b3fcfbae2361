import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock } from '@lego-moc/application/clock';
import { msBetween } from '@lego-moc/kernel/instant';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import type { WishlistCommand } from '../domain/wishlist.ts';
import type { WishlistRejection } from '../domain/wishlist-state.ts';
import type { ReorderProposed } from '../domain/wishlist-events.ts';

/** How long no other order may come until a proposed one takes effect. */
export const QUIET_MS = 500;

/**
 * Waits until a proposal is due, and makes it take effect unless a newer one came. If the instance that waits dies, the
 * proposal is delivered to another one.
 */
export const settleReorder =
  (
    handle: HandleCommand<WishlistCommand, WishlistRejection>,
    now: Clock,
    wait: (ms: number) => Promise<unknown> = sleep,
  ) =>
  async (wishlistId: string, { requestId, persistAt }: ReorderProposed['data'], cause: Cause): Promise<void> => {
    const waitMs = Math.min(Math.max(msBetween(now(), persistAt), 0), QUIET_MS);
    await wait(waitMs);
    // By a clock behind the one that set `persistAt` the proposal would not be due, and nothing would settle it later.
    const reading = now();
    const at = reading < persistAt ? persistAt : reading;
    await handle(wishlistId, { type: 'SettleReorder', data: { requestId, at } }, cause);
  };
