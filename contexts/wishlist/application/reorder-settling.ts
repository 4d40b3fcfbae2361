import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock } from '@lego-moc/application/clock';
import { msBetween } from '@lego-moc/kernel/instant';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import type { WishlistCommand, WishlistRejection } from '../domain/wishlist.ts';
import type { ReorderProposed } from '../domain/wishlist-events.ts';

/** How long a list must be left alone until its new order holds. */
export const QUIET_MS = 500;

/**
 * Waits until a proposal is due, and makes it hold unless something newer came. Which instance waits does not matter:
 * if it dies, the proposal is handed to another one.
 */
export const settleReorder =
  (
    handle: HandleCommand<WishlistCommand, WishlistRejection>,
    now: Clock,
    rest: (ms: number) => Promise<unknown> = sleep,
  ) =>
  async (wishlistId: string, { requestId, persistAt }: ReorderProposed['data'], cause: Cause): Promise<void> => {
    const waitMs = Math.min(Math.max(msBetween(now(), persistAt), 0), QUIET_MS);
    await rest(waitMs);
    // A clock behind the one that set `persistAt` would otherwise find it not due, and nobody would ask again.
    const reached = now();
    const at = reached < persistAt ? persistAt : reached;
    await handle(wishlistId, { type: 'SettleReorder', data: { requestId, at } }, cause);
  };
