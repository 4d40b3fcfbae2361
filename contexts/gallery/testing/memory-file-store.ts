import { createHash } from 'node:crypto';
import { reject } from '@lego-moc/kernel/decider';
import type { FileStore } from '../application/ports/file-store.ts';
import type { ImageId } from '../domain/image-events.ts';

export type MemoryFileStore = FileStore & { readonly bytes: ReadonlyMap<ImageId, Buffer> };

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The file store's twin: bytes in memory; an empty file is unreadable, and a discarded id is refused. */
export const memoryFileStore = (): MemoryFileStore => {
  const bytes = new Map<ImageId, Buffer>();
  const discardedIds = new Set<ImageId>();
  return {
    bytes,
    store: async ({ imageId, name, content }) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      const all = Buffer.concat(chunks);
      if (all.length === 0) return reject('image-unreadable', 'The image cannot be decoded.');
      if (discardedIds.has(imageId)) return reject('file-discarded', 'The file was discarded.');
      const before = bytes.get(imageId);
      if (before !== undefined && !before.equals(all)) return reject('file-id-taken', 'That id names another file.');
      bytes.set(imageId, all);
      return { name, mediaType: 'image/webp', sizeBytes: all.length, sha256: hash(all) };
    },
    discard: (imageId) => {
      bytes.delete(imageId);
      discardedIds.add(imageId);
      return Promise.resolve();
    },
    previews: (imageIds) =>
      Promise.resolve(imageIds.map((imageId) => ({ renditions: bytes.has(imageId) ? 'pending' : 'failed' }))),
    url: (imageId) =>
      Promise.resolve(
        bytes.has(imageId) ? { url: `http://files.test/${imageId}`, expiresAt: '2026-01-01T12:00:00.000Z' } : undefined,
      ),
  };
};
