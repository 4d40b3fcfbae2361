import type { Cause } from '@lego-moc/application/event-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ImageStore } from './ports/image-store.ts';
import { wishlistId } from './wishlist-id.ts';
import type { WishlistStates } from './wishlist-states.ts';

export type Forgetting = {
  readonly states: Pick<WishlistStates, 'handle'>;
  readonly images: Pick<ImageStore, 'keysOf' | 'delete'>;
  /** Removes the answers that are kept for who asks twice. */
  readonly forgetReplies: (owner: UserId) => Promise<void>;
};

/** Forgets what an erased user wished for, with its images, and takes no wish of theirs again. Done twice, harmless. */
export const forgetOwner =
  ({ states, images, forgetReplies }: Forgetting) =>
  async (owner: UserId, at: Instant, cause: Cause): Promise<void> => {
    const id = wishlistId(owner);
    await states.handle(id, { type: 'EraseWishlist', data: { at } }, cause);
    for await (const key of images.keysOf(id)) await images.delete(key);
    await forgetReplies(owner);
  };
