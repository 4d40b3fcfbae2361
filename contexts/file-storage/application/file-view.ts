import type { ProcessedImage as PublicImage, StoredFile } from '../contracts/http-api.ts';
import { isImage } from '../domain/acceptance.ts';
import type { ProcessedImage } from '../domain/file-events.ts';
import type { StoredState } from '../domain/file.ts';

/** An image without the keys of its renditions. */
export const publicImage = ({ renditions, ...image }: ProcessedImage): PublicImage => ({
  ...image,
  renditions: renditions.map(({ side, width, height, size }) => ({ side, width, height, size })),
});

const imageView = (image: StoredState['image']): Pick<StoredFile, 'renditions' | 'image'> => {
  if (image === undefined) return { renditions: 'pending' };
  return image === 'failed' ? { renditions: 'failed' } : { renditions: 'processed', image: publicImage(image) };
};

/** A file as other services see it: all but the key of its bytes. */
export const fileView = ({
  fileId,
  owner,
  purpose,
  name,
  sha256,
  sentSha256,
  size,
  mediaType,
  storedAt,
  image,
}: Omit<StoredState, 'status' | 'key'>): StoredFile => ({
  fileId,
  owner,
  purpose,
  name,
  sha256,
  ...(sentSha256 === undefined ? {} : { sentSha256 }),
  size,
  mediaType,
  storedAt,
  ...(isImage(mediaType) ? imageView(image) : {}),
});
