import { fileStorageClient } from '@lego-moc/file-storage/contracts/client';
import { isRejection } from '@lego-moc/kernel/decider';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { FileStore } from '../../application/ports/file-store.ts';

/** The files of images lie in the file-storage service. */
export const storedFiles = (service: ServiceClient): FileStore => {
  const storage = fileStorageClient(service.stream);
  return {
    store: async ({ imageId, owner, name, content }, cause) => {
      const upload = { fileId: imageId, owner, purpose: 'gallery-image', name, body: content } as const;
      const stored = await storage.uploadFile(upload, cause);
      if (isRejection(stored)) return stored;
      const { name: storedName, mediaType, size: sizeBytes, sha256 } = stored;
      return { name: storedName, mediaType, sizeBytes, sha256 };
    },
    discard: (imageId, cause) => storage.discardFile(imageId, cause),
    url: async (imageId) => {
      const signed = await storage.signedUrl(imageId);
      return isRejection(signed) ? undefined : signed;
    },
  };
};
