import type { Cause } from '@lego-moc/application/event-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ImageStore } from './ports/image-store.ts';
import { wishlistId } from '../contracts/wishlist-id.ts';
import type { WishlistStates } from './wishlist-states.ts';

export type ErasureDependencies = {
  readonly states: Pick<WishlistStates, 'handle'>;
  readonly images: Pick<ImageStore, 'keysOf' | 'delete' | 'marked' | 'unmark'>;
  /** Removes the replies that are stored for repeated requests. */
  readonly deleteReplies: (owner: UserId) => Promise<void>;
};

/** Erases the wishlist of an erased user with its images and their marks; it takes no command afterwards. Idempotent. */
export const eraseOwner =
  ({ states, images, deleteReplies }: ErasureDependencies) =>
  async (owner: UserId, at: Instant, cause: Cause): Promise<void> => {
    const id = wishlistId(owner);
    await states.handle(id, { type: 'EraseWishlist', data: { at } }, cause);
    for await (const key of images.keysOf(id)) await images.delete(key);
    for await (const { mark, wishlistId: markedIn } of images.marked()) if (markedIn === id) await images.unmark(mark);
    await deleteReplies(owner);
  };
