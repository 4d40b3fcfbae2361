import { Readable } from 'node:stream';
import type { Instant } from '@lego-moc/kernel/message';
import type { ImageStore } from '../application/ports/image-store.ts';

/** The image store's twin, in memory. */
export const memoryImages = (storedAt = '2026-01-01T12:00:00.000Z' as Instant): ImageStore & { size(): number } => {
  const kept = new Map<string, Uint8Array>();
  return {
    size: () => kept.size,
    put: ({ wishlistId, itemId, imageId }, webp) => {
      const key = `wishlist/${wishlistId}/${itemId}/${imageId}.webp`;
      kept.set(key, webp);
      return Promise.resolve(key);
    },
    open: (key) => {
      const webp = kept.get(key);
      return Promise.resolve(webp === undefined ? undefined : Readable.from([webp]));
    },
    delete: (key) => {
      kept.delete(key);
      return Promise.resolve();
    },
    all: async function* (only) {
      await Promise.resolve();
      for (const key of [...kept.keys()]) {
        const [, wishlistId = ''] = key.split('/');
        if (only === undefined || only === wishlistId) yield { key, wishlistId, storedAt };
      }
    },
  };
};
