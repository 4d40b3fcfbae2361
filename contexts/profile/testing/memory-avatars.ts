import type { Instant } from '@lego-moc/kernel/message';
import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import type { PrivateObjects } from '@lego-moc/object-storage/private-objects';
import { signedQueries } from '@lego-moc/object-storage/signed-query';
import { memoryObjectStore } from '@lego-moc/object-storage/testing/memory-object-store';
import { storedAvatars } from '../adapters/object-storage/stored-avatars.ts';
import type { Avatars } from '../application/ports/avatars.ts';

export type MemoryAvatars = Avatars & {
  readonly keys: () => Promise<readonly string[]>;
  /** The objects themselves, and the verification of their URLs. */
  readonly privateImages: PrivateObjects;
};

/** Avatars in memory; `keys` are those of avatars and of the notes of changes. */
export const memoryAvatars = (storedAt = '2026-01-01T12:00:00.000Z' as Instant): MemoryAvatars => {
  const queries = signedQueries(Buffer.alloc(32), () => storedAt);
  const objects: ObjectStore = {
    ...memoryObjectStore(() => storedAt),
    signedUrl: (key, options) => {
      const { query, expiresAt } = queries.sign(key, options);
      return Promise.resolve({ url: `/v1/profile-images/${key}?${query}`, expiresAt });
    },
  };
  return {
    ...storedAvatars(objects),
    privateImages: { objects, signedQueries: queries },
    keys: async () => {
      const keys: string[] = [];
      for await (const { key } of objects.list('')) keys.push(key);
      return keys;
    },
  };
};
