import { Readable } from 'node:stream';
import type { ObjectStore, StoredObject } from '@lego-moc/object-storage/object-store';
import type { PrivateObjects } from '@lego-moc/object-storage/private-objects';
import { signedQueries } from '@lego-moc/object-storage/signed-query';
import type { Instant } from '@lego-moc/kernel/message';
import { storedImages } from '../adapters/object-storage/stored-images.ts';
import type { ConvertedImage, ImageStore } from '../application/ports/image-store.ts';

/** As S3 lists them. */
const KEYS_PER_REQUEST = 1_000;

/** Objects in memory, which counts requests as an object store would be sent them. */
const memoryObjects = (storedAt: Instant, storedKeys: readonly string[]) => {
  const contents = new Map(storedKeys.map((key) => [key, new Uint8Array()]));
  let requests = 0;
  const queries = signedQueries(Buffer.alloc(32), () => storedAt);
  const store: Pick<ObjectStore, 'put' | 'get' | 'delete' | 'list' | 'signedUrl'> = {
    signedUrl: (key, options) => {
      const { query, expiresAt } = queries.sign(key, options);
      return Promise.resolve({ url: `/v1/wishlist-images/${key}?${query}`, expiresAt });
    },
    put: async (key, content) => {
      requests += 1;
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      contents.set(key, Buffer.concat(chunks));
    },
    get: async (key) => {
      requests += 1;
      const bytes = contents.get(key);
      return bytes === undefined ? undefined : Readable.from([bytes]);
    },
    delete: async (key) => {
      requests += 1;
      contents.delete(key);
    },
    list: async function* (prefix) {
      requests += 1;
      let count = 0;
      for (const key of [...contents.keys()].filter((entry) => entry.startsWith(prefix))) {
        if (count > 0 && count % KEYS_PER_REQUEST === 0) requests += 1;
        count += 1;
        const size = contents.get(key)?.length ?? 0;
        yield await Promise.resolve<StoredObject>({ key, size, modifiedAt: storedAt });
      }
    },
  };
  return { store: store as ObjectStore, queries, contents, requests: () => requests };
};

/** These bytes as an image without renditions. */
export const convertedImage = (webp: Uint8Array): ConvertedImage => ({
  webp,
  preview: { width: 4, height: 2, blurhash: 'L00000fQfQfQfQfQfQfQfQfQfQfQ', dominantColour: '#102030', renditions: [] },
  renditions: [],
});

export type MemoryImages = ImageStore & {
  /** The objects themselves, and the verification of their URLs. */
  readonly privateImages: PrivateObjects;
  /** Keys of all images. */
  readonly keys: () => readonly string[];
  readonly size: () => number;
  /** Requests to the object store so far. */
  readonly requests: () => number;
};

const NOON = '2026-01-01T12:00:00.000Z' as Instant;

/** The image store over objects in memory, all of them stored at `storedAt`; with `count` images of others at first. */
export const memoryImages = (storedAt = NOON, count = 0): MemoryImages => {
  const others = Array.from({ length: count }, (_, number) => `wishlist/other/item/${String(number)}.webp`);
  const { store, queries, contents, requests } = memoryObjects(storedAt, others);
  const keys = () => [...contents.keys()].filter((key) => key.endsWith('.webp'));
  const privateImages = { objects: store, signedQueries: queries };
  return { ...storedImages(store), privateImages, keys, size: () => keys().length, requests };
};
