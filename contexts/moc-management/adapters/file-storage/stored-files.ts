import { Readable } from 'node:stream';
import { fileStorageClient, type Call } from '@lego-moc/file-storage/contracts/client';
import { isRejection } from '@lego-moc/kernel/decider';
import { newId } from '@lego-moc/kernel/ids';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { FileStore } from '../../application/ports/file-store.ts';

/** How file-storage's typed client reaches the service: signed, with retries and time limits. */
const callThrough =
  (service: ServiceClient): Call =>
  async ({ method, path, body, cause }) => {
    const context = { correlationId: cause?.correlationId ?? newId() };
    const reply = await service.stream({
      method,
      path,
      context,
      ...(body === undefined ? {} : { body: Readable.from(body, { objectMode: false }) }),
    });
    return { status: reply.status, body: reply.body };
  };

/** The files of MOCs lie in the file-storage service. */
export const storedFiles = (service: ServiceClient): FileStore => {
  const storage = fileStorageClient(callThrough(service));
  return {
    store: async ({ fileId, owner, kind, name, content }, cause) => {
      const stored = await storage.uploadFile({ fileId, owner, purpose: kind, name, body: content }, cause);
      if (isRejection(stored)) return stored;
      const { mediaType, size: sizeBytes, sha256 } = stored;
      return { fileId, kind, name, mediaType, sizeBytes, sha256 };
    },
    discard: (fileId, cause) => storage.discardFile(fileId, cause),
    downloadUrl: async (fileId, name) => {
      const signed = await storage.signedUrl(fileId, name);
      return isRejection(signed) ? undefined : signed;
    },
  };
};
