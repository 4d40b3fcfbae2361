import type { Instant } from '@lego-moc/kernel/message';
import { memoryObjectStore } from '@lego-moc/object-storage/testing/memory-object-store';
import { storedAvatars } from '../adapters/object-storage/stored-avatars.ts';
import type { Avatars } from '../application/ports/avatars.ts';

/** Avatars in memory; `keys` are those of avatars and of the notes of changes. */
export const memoryAvatars = (
  storedAt = '2026-01-01T12:00:00.000Z' as Instant,
): Avatars & { readonly keys: () => Promise<readonly string[]> } => {
  const objects = memoryObjectStore(() => storedAt);
  return {
    ...storedAvatars(objects),
    keys: async () => {
      const keys: string[] = [];
      for await (const { key } of objects.list('')) keys.push(key);
      return keys;
    },
  };
};
