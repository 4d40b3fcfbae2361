import type { Cause } from '@lego-moc/kernel/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { WishlistCommand } from '../domain/wishlist.ts';
import type { ImageStore } from './ports/image-store.ts';
import { wishlistId } from './wishlist-id.ts';
import type { WishlistStates } from './wishlist-states.ts';

export type Forgetting = {
  readonly states: Pick<WishlistStates, 'latest' | 'handle'>;
  readonly images: Pick<ImageStore, 'delete'>;
  /** Removes the answers that are kept for who asks twice. */
  readonly forgetReplies: (owner: UserId) => Promise<void>;
};

/** Deletes what an erased user wished for, with its images. Done twice, harmless. */
export const forgetOwner =
  ({ states, images, forgetReplies }: Forgetting) =>
  async (owner: UserId, cause: Cause): Promise<void> => {
    const id = wishlistId(owner);
    const carryOut = (command: WishlistCommand, step: string) =>
      states.handle(id, command, { ...cause, commandId: derivedId(cause.commandId, step) });

    const { items } = (await states.latest(id)).state;
    await carryOut({ type: 'CancelReorder', data: {} }, 'cancel');
    for (const { itemId, wish } of items) {
      await carryOut({ type: 'DeleteItem', data: { itemId } }, itemId);
      if (wish.image !== null) await images.delete(wish.image);
    }
    await forgetReplies(owner);
  };
