import { fileStorageClient } from '@lego-moc/file-storage/contracts/client';
import { LINKED_IMAGES_MAX } from '@lego-moc/file-storage/contracts/http-api';
import { isRejection } from '@lego-moc/kernel/decider';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { FileStore } from '../../application/ports/file-store.ts';
import type { FileId } from '../../domain/moc-events.ts';

/** Stores the files of MOCs in the file-storage service. */
export const storedFiles = (service: ServiceClient): FileStore => {
  const storage = fileStorageClient(service.stream);
  return {
    store: async ({ fileId, owner, roles, kind, name, content }, cause) => {
      const result = await storage.uploadFile({ fileId, owner, roles, purpose: kind, name, body: content }, cause);
      if (isRejection(result)) return result;
      const { name: keptAs, mediaType, size: sizeBytes, sha256, sentSha256 } = result;
      const file = { fileId, kind, name: keptAs, mediaType, sizeBytes, sha256 };
      return sentSha256 === undefined ? { file } : { file, sent: { name, sha256: sentSha256 } };
    },
    discard: (fileId, cause) => storage.discardFile(fileId, cause),
    downloadUrl: async (fileId, name) => {
      const signed = await storage.signedUrl(fileId, name);
      return isRejection(signed) ? undefined : signed;
    },
    images: async (fileIds) => {
      const pages = Array.from({ length: Math.ceil(fileIds.length / LINKED_IMAGES_MAX) }, (_, page) =>
        storage.linkedImages(fileIds.slice(page * LINKED_IMAGES_MAX, (page + 1) * LINKED_IMAGES_MAX)),
      );
      const images = (await Promise.all(pages)).flatMap((page) => Object.entries(page.images));
      return new Map(images.map(([fileId, image]) => [fileId as FileId, image]));
    },
  };
};
