import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import { PREVIEW_SIDES } from '@lego-moc/images/rendition';
import { IMAGES_FOLDER, type ConvertedImage, type ImageStore } from '../../application/ports/image-store.ts';

const PREFIX = `${IMAGES_FOLDER}/`;
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

/** Within reach of a visitor who reads the page; a leaked link expires soon. */
const SIGNED_URL_S = 600;

const renditionKey = (key: string, side: number): string => `${key.slice(0, -SUFFIX.length)}.${String(side)}${SUFFIX}`;

/**
 * Images as objects `wishlist/<wishlist>/<item>/<image>.webp`, their renditions as `<image>.<side>.webp`, and a mark `wishlist/unconfirmed/…` for each that may not
 * be shown by an item. A mark has the name of the command in it: removing one never removes that of a later command.
 */
export const storedImages = (objects: ObjectStore): ImageStore => {
  const mark = (key: string, commandId: string): Promise<void> => objects.put(markOf(key, commandId), chunks());
  const putRenditions = async (key: string, image: Omit<ConvertedImage, 'webp'>): Promise<void> => {
    const { preview, renditions } = image;
    for (const [index, { side }] of preview.renditions.entries()) {
      const bytes = renditions[index];
      if (bytes !== undefined) await objects.put(renditionKey(key, side), chunks(bytes));
    }
  };
  return {
    put: async ({ wishlistId, itemId, imageId }, image) => {
      const key = `${PREFIX}${wishlistId}/${itemId}/${imageId}${SUFFIX}`;
      await mark(key, imageId);
      await putRenditions(key, image);
      await objects.put(key, chunks(image.webp));
      return key;
    },
    putRenditions,
    open: (key) => objects.get(key),
    renditionUrl: async (key, side) => {
      const options = { expiresInS: SIGNED_URL_S, mediaType: 'image/webp' };
      return (await objects.signedUrl(renditionKey(key, side), options)).url;
    },
    delete: async (key) => {
      for (const side of PREVIEW_SIDES) await objects.delete(renditionKey(key, side));
      await objects.delete(key);
    },
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
