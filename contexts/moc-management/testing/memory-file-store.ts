import { createHash } from 'node:crypto';
import { reject } from '@lego-moc/kernel/decider';
import type { FileStore, StoredFile } from '../application/ports/file-store.ts';
import type { UserId } from '@lego-moc/kernel/message';
import type { FileId } from '../domain/moc-events.ts';

export type MemoryFileStore = FileStore & {
  readonly bytes: ReadonlyMap<FileId, Buffer>;
};

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The in-memory file store: keeps bytes, stores other bytes for thumbnails, refuses empty files and discarded ids. */
export const memoryFileStore = (): MemoryFileStore => {
  const bytes = new Map<FileId, Buffer>();
  const files = new Map<FileId, { readonly owner: UserId; readonly storedFile: StoredFile }>();
  const discardedIds = new Set<FileId>();
  return {
    bytes,
    store: async ({ fileId, owner, kind, name, content }) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      const all = Buffer.concat(chunks);
      if (all.length === 0) return reject('empty-file', 'The file is empty.');
      if (discardedIds.has(fileId)) return reject('file-discarded', 'The file was discarded.');
      const storedBytes = kind === 'thumbnail' ? Buffer.concat([Buffer.from('developed '), all]) : all;
      bytes.set(fileId, storedBytes);
      const file = {
        fileId,
        kind,
        mediaType: 'application/octet-stream',
        sizeBytes: storedBytes.length,
        sha256: hash(storedBytes),
      };
      const storedFile =
        storedBytes === all
          ? { file: { ...file, name } }
          : { file: { ...file, name: 'developed.webp' }, sent: { name, sha256: hash(all) } };
      files.set(fileId, { owner, storedFile });
      return storedFile;
    },
    find: (fileId, owner) => {
      const file = files.get(fileId);
      return Promise.resolve(file?.owner === owner ? file.storedFile.file : undefined);
    },
    copy: ({ fileId, source, owner, sourceOwner = owner }) => {
      const original = files.get(source);
      const content = bytes.get(source);
      if (discardedIds.has(fileId)) return Promise.resolve(reject('file-discarded', 'The file was discarded.'));
      if (original?.owner !== sourceOwner || content === undefined)
        return Promise.resolve(reject('file-not-found', 'You have no such file.'));
      const storedFile = { file: { ...original.storedFile.file, fileId } };
      bytes.set(fileId, content);
      files.set(fileId, { owner, storedFile });
      return Promise.resolve(storedFile);
    },
    discard: (fileId) => {
      bytes.delete(fileId);
      discardedIds.add(fileId);
      return Promise.resolve();
    },
    images: () => Promise.resolve(new Map()),
    downloadUrl: (fileId) =>
      Promise.resolve(
        bytes.has(fileId) ? { url: `http://files.test/${fileId}`, expiresAt: '2026-01-01T12:00:00.000Z' } : undefined,
      ),
  };
};
