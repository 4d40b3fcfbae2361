import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import type { ImageStore } from '../../application/ports/image-store.ts';

const PREFIX = 'wishlist/';

/** Images below a prefix of their own: `wishlist/<wishlist>/<item>/<image>.webp`. */
export const storedImages = (objects: ObjectStore): ImageStore => ({
  put: async ({ wishlistId, itemId, imageId }, webp) => {
    const key = `${PREFIX}${wishlistId}/${itemId}/${imageId}.webp`;
    await objects.put(key, once(webp));
    return key;
  },
  open: (key) => objects.get(key),
  delete: (key) => objects.delete(key),
  all: async function* (only) {
    for await (const { key, modifiedAt: storedAt } of objects.list(only === undefined ? PREFIX : `${PREFIX}${only}/`)) {
      const [wishlistId = ''] = key.slice(PREFIX.length).split('/', 1);
      yield { key, wishlistId, storedAt };
    }
  },
});

// eslint-disable-next-line @typescript-eslint/require-await -- an async iterable of what is there already
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
