import { problem, type ProblemReply } from '@lego-moc/http/problem';
import type { Rejection } from '@lego-moc/kernel/decider';
import type { WishlistRejection } from '../../domain/wishlist-state.ts';

/** A new rejection does not compile until it has a status. */
const STATUS: Record<WishlistRejection, number> = {
  'item-not-found': 404,
  'item-id-taken': 409,
  'wishlist-full': 409,
  'order-names-unknown-item': 422,
  'order-repeats-item': 422,
  'user-erased': 410,
};

/** A rejection as problem details. */
export const toProblem = ({ rejected, because }: Rejection<WishlistRejection>): ProblemReply =>
  problem(
    STATUS[rejected],
    rejected,
    because,
    rejected.startsWith('order-') ? { errors: [{ pointer: '/order', detail: because }] } : {},
  );

export const itemNotFound = toProblem({
  rejected: 'item-not-found',
  because: 'There is no such item on this wishlist.',
});
