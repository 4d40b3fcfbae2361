import { fileStorageClient } from '@lego-moc/file-storage/contracts/client';
import { isRejection } from '@lego-moc/kernel/decider';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { FileStore } from '../../application/ports/file-store.ts';

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
  };
};
