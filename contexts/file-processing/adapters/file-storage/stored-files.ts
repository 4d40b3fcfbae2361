import { fileStorageClient } from '@lego-moc/file-storage/contracts/client';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { StoredFiles } from '../../application/ports/stored-files.ts';

const notFound = (): Rejection<'file-not-found'> => reject('file-not-found', 'There is no such file.');

/** Reads uploaded files from the file-storage service. A discarded file does not exist there any more. */
export const storedFiles = (service: ServiceClient): StoredFiles => {
  const storage = fileStorageClient(service.stream);
  return {
    open: async (fileId) => {
      const content = await storage.openContent(fileId);
      return isRejection(content) ? notFound() : content;
    },
    describe: async (fileId) => {
      const file = await storage.describe(fileId);
      return isRejection(file) ? notFound() : { owner: file.owner, size: file.size };
    },
  };
};
