import { createHash } from 'node:crypto';
import { reject } from '@lego-moc/kernel/decider';
import type { FileStore } from '../application/ports/file-store.ts';
import type { FileId } from '../domain/moc-events.ts';

export type MemoryFileStore = FileStore & {
  readonly bytes: ReadonlyMap<FileId, Buffer>;
};

/** The file store's twin: keeps bytes in memory, refuses empty files and ids that were discarded. */
export const memoryFileStore = (): MemoryFileStore => {
  const bytes = new Map<FileId, Buffer>();
  const discarded = new Set<FileId>();
  return {
    bytes,
    store: async ({ fileId, kind, name, content }) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      const all = Buffer.concat(chunks);
      if (all.length === 0) return reject('empty-file', 'The file is empty.');
      if (discarded.has(fileId)) return reject('file-discarded', 'The file was discarded.');
      bytes.set(fileId, all);
      const sha256 = createHash('sha256').update(all).digest('hex');
      return { fileId, kind, name, mediaType: 'application/octet-stream', sizeBytes: all.length, sha256 };
    },
    discard: (fileId) => {
      bytes.delete(fileId);
      discarded.add(fileId);
      return Promise.resolve();
    },
    downloadUrl: (fileId) =>
      Promise.resolve(
        bytes.has(fileId) ? { url: `http://files.test/${fileId}`, expiresAt: '2026-01-01T12:00:00.000Z' } : undefined,
      ),
  };
};
