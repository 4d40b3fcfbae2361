import { fileStorageClient } from '@lego-moc/file-storage/contracts/client';
import { LINKED_IMAGES_MAX, type StoredFile as FileInStorage } from '@lego-moc/file-storage/contracts/http-api';
import { isRejection } from '@lego-moc/kernel/decider';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { FileStore, StoredFile } from '../../application/ports/file-store.ts';
import type { LinkedImage } from '../../contracts/files-api.ts';
import type { FileId } from '../../domain/moc-events.ts';

const storedFileOf = ({ fileId, purpose, name, mediaType, size, sha256 }: FileInStorage): StoredFile => ({
  file: { fileId: fileId as FileId, kind: purpose, name, mediaType, sizeBytes: size, sha256 },
});

/** Stores the files of MOCs in the file-storage service. */
export const storedFiles = (service: ServiceClient): FileStore => {
  const storage = fileStorageClient(service.stream);
  return {
    store: async ({ fileId, owner, roles, kind, name, content }, cause) => {
      const result = await storage.uploadFile({ fileId, owner, roles, purpose: kind, name, body: content }, cause);
      if (isRejection(result)) return result;
      const { sentSha256 } = result;
      return { ...storedFileOf(result), ...(sentSha256 === undefined ? {} : { sent: { name, sha256: sentSha256 } }) };
    },
    find: async (fileId, owner) => {
      const file = await storage.describe(fileId);
      return isRejection(file) || file.owner !== owner ? undefined : { kind: file.purpose, name: file.name };
    },
    copy: async (copy, cause) => {
      const result = await storage.copyFile(copy, cause);
      return isRejection(result) ? result : storedFileOf(result);
    },
    discard: (fileId, cause) => storage.discardFile(fileId, cause),
    downloadUrl: async (fileId, name) => {
      const signedUrl = await storage.signedUrl(fileId, name);
      return isRejection(signedUrl) ? undefined : signedUrl;
    },
    images: async (fileIds) => {
      const pages = Array.from({ length: Math.ceil(fileIds.length / LINKED_IMAGES_MAX) }, (_, page) =>
        storage.linkedImages(fileIds.slice(page * LINKED_IMAGES_MAX, (page + 1) * LINKED_IMAGES_MAX)),
      );
      const images = (await Promise.all(pages)).flatMap(
        (page): readonly (readonly [string, LinkedImage | 'failed'])[] => [
          ...Object.entries(page.images),
          ...page.failed.map((fileId) => [fileId, 'failed'] as const),
        ],
      );
      return new Map(images.map(([fileId, image]) => [fileId as FileId, image]));
    },
  };
};
