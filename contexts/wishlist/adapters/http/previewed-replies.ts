import { ok, type Reply } from '@lego-moc/http/respond';
import type { ImageStore } from '../../application/ports/image-store.ts';
import { previews } from '../../application/previews.ts';
import type { ItemReply, ListQuery, PreviewedItem } from '../../contracts/http-api.ts';
import type { Wishlist } from '../../domain/wishlist-state.ts';
import { pageOf, type PageStart } from './list-page.ts';

/** Of replies with signed URLs: these expire, and a stored copy would outlive them. */
const storingOf = (items: readonly PreviewedItem[]): { readonly headers?: Readonly<Record<string, string>> } =>
  items.some(({ preview }) => preview?.image !== undefined) ? { headers: { 'cache-control': 'no-store' } } : {};

/** Replies of reading routes: they hold the previews of images. */
export const previewedReplies = (images: Pick<ImageStore, 'renditionUrl'>) => {
  const addPreviews = previews(images);
  return {
    replyWithPage: async (list: Wishlist, start: PageStart, query: ListQuery, etag?: bigint): Promise<Reply> => {
      const page = pageOf(list, start, query);
      const items = await addPreviews(list, page.items);
      return ok({ ...page, items }, { etag, ...storingOf(items) });
    },
    replyWithOne: async (list: Wishlist, item: ItemReply, etag?: bigint): Promise<Reply> => {
      const items = await addPreviews(list, [item]);
      return ok(items[0], { etag, ...storingOf(items) });
    },
  };
};
