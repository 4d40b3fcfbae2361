import type { ItemReply, Preview, PreviewedItem } from '../contracts/http-api.ts';
import type { Item, Wishlist } from '../domain/wishlist-state.ts';
import type { ImageStore } from './ports/image-store.ts';

/** Adds the previews of images to items that are shown. */
export const previews = (images: Pick<ImageStore, 'renditionUrl'>) => {
  const previewOf = async ({ wish: { image }, preview }: Item): Promise<Preview | null> => {
    if (image === null) return null;
    if (preview === undefined) return { renditions: 'pending' };
    if (preview === null) return { renditions: 'failed' };
    const links = preview.renditions.map(async (rendition) => ({
      ...rendition,
      url: await images.renditionUrl(image, rendition.side),
    }));
    return { renditions: 'processed', image: { ...preview, renditions: await Promise.all(links) } };
  };

  return async (list: Wishlist, replies: readonly ItemReply[]): Promise<readonly PreviewedItem[]> => {
    const byId = new Map<string, Item>(list.items.map((item) => [item.itemId, item]));
    return Promise.all(
      replies.map(async (reply) => {
        const item = byId.get(reply.itemId);
        return { ...reply, preview: item === undefined ? null : await previewOf(item) };
      }),
    );
  };
};
