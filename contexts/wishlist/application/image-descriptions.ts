import { isRejection } from '@lego-moc/kernel/decider';
import type { Cause } from '@lego-moc/application/event-streams';
import type { DescribeImage } from '../domain/wishlist.ts';
import type { ItemId } from '../domain/wishlist-events.ts';
import type { ImageProcessor, ImageStore } from './ports/image-store.ts';
import type { WishlistStates } from './wishlist-states.ts';

export type DescriptionNeeds = {
  readonly states: Pick<WishlistStates, 'handle' | 'latest'>;
  readonly images: Pick<ImageStore, 'open' | 'mark' | 'putRenditions' | 'delete'>;
  readonly processor: Pick<ImageProcessor, 'describe'>;
};

/** A worker may have been killed for want of memory or time on a busy machine. */
const ATTEMPTS_MAX = 3;

/**
 * Describes an image that an item shows without a preview: it was stored before images were described. The image is
 * marked before its renditions are stored, so that the sweep removes them if it was replaced meanwhile. Idempotent;
 * throws an outage.
 */
export const describeImages = ({ states, images, processor }: DescriptionNeeds) => {
  const describe = async (image: string) => {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const content = await images.open(image);
      if (content === undefined) return undefined;
      const result = await processor.describe(content);
      if (result !== undefined) return result;
    }
    return undefined;
  };

  return async (wishlistId: string, itemId: ItemId, image: string, cause: Cause): Promise<void> => {
    const { items } = (await states.latest(wishlistId)).state;
    const item = items.find((candidate) => candidate.itemId === itemId);
    if (item?.wish.image !== image || item.preview !== undefined) return;
    const result = await describe(image);
    if (result !== undefined) {
      await images.mark(image, cause.commandId);
      await images.putRenditions(image, result);
    }
    const command: DescribeImage = { type: 'DescribeImage', data: { itemId, image, preview: result?.preview ?? null } };
    // The owner was erased meanwhile, and their images with their marks.
    if (isRejection(await states.handle(wishlistId, command, cause))) await images.delete(image);
  };
};
