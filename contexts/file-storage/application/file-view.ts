import type { ProcessedImage as PublicImage, StoredFile } from '../contracts/http-api.ts';
import { hasRenditions, isDocument } from '../domain/acceptance.ts';
import type { ProcessedImage } from '../domain/file-events.ts';
import type { StoredState } from '../domain/file.ts';

/** An image without the keys of its renditions. */
export const publicImage = ({ renditions, ...image }: ProcessedImage): PublicImage => ({
  ...image,
  renditions: renditions.map(({ side, width, height, size }) => ({ side, width, height, size })),
});

/** How far the renditions of a file are; nothing of what has none, or of a document that was not drawn (yet). */
export const renditionStatusOf = ({
  mediaType,
  image,
}: {
  readonly mediaType: string;
  readonly image?: StoredState['image'] | undefined;
}): Pick<StoredFile, 'renditions'> => {
  if (!hasRenditions(mediaType) || (isDocument(mediaType) && image === undefined)) return {};
  if (image === undefined) return { renditions: 'pending' };
  return { renditions: image === 'failed' ? 'failed' : 'processed' };
};

const imageView = (image: StoredState['image']): Pick<StoredFile, 'image'> =>
  image === undefined || image === 'failed' ? {} : { image: publicImage(image) };

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
  ...renditionStatusOf({ mediaType, image }),
  ...imageView(image),
});
