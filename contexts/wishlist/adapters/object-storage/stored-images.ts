import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import type { ImageStore } from '../../application/ports/image-store.ts';

const PREFIX = 'wishlist/';
const MARKS = `${PREFIX}unconfirmed/`;
const SUFFIX = '.webp';

/** `<wishlist>.<item>.<image>.<command>`: one flat name, so that a listing of marks walks no folders. */
const markOf = (key: string, commandId: string): string => {
  const name = key.slice(PREFIX.length, -SUFFIX.length).replaceAll('/', '.');
  return `${MARKS}${name}.${commandId}`;
};

const markedBy = (mark: string): { readonly wishlistId: string; readonly key: string } => {
  const [wishlistId = '', itemId = '', imageId = ''] = mark.slice(MARKS.length).split('.');
  return { wishlistId, key: `${PREFIX}${wishlistId}/${itemId}/${imageId}${SUFFIX}` };
};

/**
 * Images as objects `wishlist/<wishlist>/<item>/<image>.webp`, and a mark `wishlist/unconfirmed/…` for each that may not
 * be shown by an item. A mark has the name of the command in it: removing one never removes that of a later command.
 */
export const storedImages = (objects: ObjectStore): ImageStore => {
  const mark = (key: string, commandId: string): Promise<void> => objects.put(markOf(key, commandId), chunks());
  return {
    put: async ({ wishlistId, itemId, imageId }, webp) => {
      const key = `${PREFIX}${wishlistId}/${itemId}/${imageId}${SUFFIX}`;
      await mark(key, imageId);
      await objects.put(key, chunks(webp));
      return key;
    },
    open: (key) => objects.get(key),
    delete: (key) => objects.delete(key),
    mark,
    marked: async function* () {
      for await (const { key, modifiedAt } of objects.list(MARKS))
        yield { mark: key, markedAt: modifiedAt, ...markedBy(key) };
    },
    unmark: (key) => objects.delete(key),
    keysOf: async function* (wishlistId) {
      for await (const { key } of objects.list(`${PREFIX}${wishlistId}/`)) yield key;
    },
  };
};

// eslint-disable-next-line @typescript-eslint/require-await -- an async iterable of what is there already
async function* chunks(...bytes: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* bytes;
}
