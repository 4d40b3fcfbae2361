import { Readable } from 'node:stream';
import type { Instant } from '@lego-moc/kernel/message';
import type { Avatars, StoredAvatar } from '../application/ports/avatars.ts';

/** The pictures' twin, in memory. */
export const memoryAvatars = (
  storedAt = '2026-01-01T12:00:00.000Z' as Instant,
): Avatars & { readonly keys: () => readonly string[] } => {
  const kept = new Map<string, StoredAvatar & { readonly webp: Uint8Array }>();
  return {
    keys: () => [...kept.keys()],
    put: (userId, avatarId, squares) => {
      for (const [size, webp] of squares) {
        const key = `${userId}/${avatarId}/${String(size)}`;
        kept.set(key, { key, userId, avatarId, storedAt, webp });
      }
      return Promise.resolve();
    },
    open: (userId, avatarId, size) => {
      const stored = kept.get(`${userId}/${avatarId}/${String(size)}`);
      return Promise.resolve(stored === undefined ? undefined : Readable.from([stored.webp]));
    },
    delete: (key) => {
      kept.delete(key);
      return Promise.resolve();
    },
    all: async function* (userId) {
      await Promise.resolve();
      for (const stored of kept.values()) if (userId === undefined || stored.userId === userId) yield stored;
    },
  };
};
