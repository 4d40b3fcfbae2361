import { fileStorageClient } from '@lego-moc/file-storage/contracts/client';
import { LINKED_IMAGES_MAX } from '@lego-moc/file-storage/contracts/http-api';
import { isRejection } from '@lego-moc/kernel/decider';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { FileStore } from '../../application/ports/file-store.ts';
import type { Preview } from '../../contracts/http-api.ts';

/** All attempts together: a list of images does not wait longer for their renditions. */
const PREVIEWS_WITHIN_MS = 2_000;

/** The files of images lie in the file-storage service. */
export const storedFiles = (
  service: Pick<ServiceClient, 'stream'>,
  onPreviewFailure: (error: unknown) => void,
): FileStore => {
  const storage = fileStorageClient(service.stream);

  const previewPage = async (imageIds: readonly string[]): Promise<readonly Preview[]> => {
    try {
      const signal = AbortSignal.timeout(PREVIEWS_WITHIN_MS);
      const impatient = fileStorageClient((request) => service.stream({ ...request, signal }));
      const { images, failed: failedIds } = await impatient.linkedImages(imageIds);
      return imageIds.map((imageId) => {
        const image = images[imageId];
        if (image !== undefined) return { renditions: 'processed', image };
        return { renditions: failedIds.includes(imageId) ? 'failed' : 'pending' };
      });
    } catch (error) {
      onPreviewFailure(error);
      return imageIds.map(() => ({ renditions: 'unavailable' }));
    }
  };

  return {
    store: async ({ imageId, owner, roles, name, watermark = false, content }, cause) => {
      const upload = {
        fileId: imageId,
        owner,
        roles,
        purpose: 'gallery-image',
        name,
        watermark,
        body: content,
      } as const;
      const file = await storage.uploadFile(upload, cause);
      if (isRejection(file)) return file;
      const { name: storedName, mediaType, size: sizeBytes, sha256 } = file;
      return { name: storedName, mediaType, sizeBytes, sha256 };
    },
    discard: (imageId, cause) => storage.discardFile(imageId, cause),
    url: async (imageId) => {
      const signedUrl = await storage.signedUrl(imageId);
      return isRejection(signedUrl) ? undefined : signedUrl;
    },
    previews: async (imageIds) => {
      const pages = Array.from({ length: Math.ceil(imageIds.length / LINKED_IMAGES_MAX) }, (_, page) =>
        previewPage(imageIds.slice(page * LINKED_IMAGES_MAX, (page + 1) * LINKED_IMAGES_MAX)),
      );
      return (await Promise.all(pages)).flat();
    },
  };
};
