import type { UserId } from '@lego-moc/kernel/message';
import type { CoveredAlbum, GalleryItem, ImageReply, Preview, PreviewedImage } from '../contracts/http-api.ts';
import type { ImageId } from '../domain/image-events.ts';
import type { FileStore } from './ports/file-store.ts';
import type { PlainItem } from './ports/gallery-reader.ts';
import type { Views } from './views.ts';

/** Adds the renditions of images, and of the covers of albums, to what is shown. */
export type Previews = {
  readonly images: (images: readonly ImageReply[]) => Promise<readonly PreviewedImage[]>;
  readonly items: (items: readonly PlainItem[], reader: UserId) => Promise<readonly GalleryItem[]>;
};

/** An image that a moderator removed is kept for an appeal; its owner is told so, and does not see it any more. */
export const isRemoved = ({ moderation }: Pick<ImageReply, 'moderation'>): boolean =>
  moderation?.decision?.decision === 'remove';

type PreviewOf = (image: ImageReply) => Preview | undefined;

export const previews = (files: Pick<FileStore, 'previews'>, views: Pick<Views, 'image'>): Previews => {
  const load = async (images: readonly ImageReply[]): Promise<PreviewOf> => {
    const imageIds = [...new Set(images.filter((image) => !isRemoved(image)).map(({ imageId }) => imageId as ImageId))];
    const results = await files.previews(imageIds);
    const byId = new Map<string, Preview | undefined>(imageIds.map((imageId, index) => [imageId, results[index]]));
    return (image) => (isRemoved(image) ? { renditions: 'withheld' } : byId.get(image.imageId));
  };
  const withPreview = (image: ImageReply, previewOf: PreviewOf): PreviewedImage => ({
    ...image,
    ...(previewOf(image) ?? { renditions: 'unavailable' }),
  });
  /** As the reader may see it: an album may be open to more people than its images are. */
  const coverOf = async (item: PlainItem, reader: UserId): Promise<ImageReply | undefined> =>
    item.kind === 'album' && item.album.coverImageId !== null
      ? views.image(item.album.coverImageId as ImageId, reader)
      : undefined;

  return {
    images: async (images) => {
      const previewOf = await load(images);
      return images.map((image) => withPreview(image, previewOf));
    },
    items: async (items, reader) => {
      const covers = await Promise.all(items.map((item) => coverOf(item, reader)));
      const images = items.flatMap((item) => (item.kind === 'image' ? [item.image] : []));
      const previewOf = await load([...images, ...covers.filter((cover) => cover !== undefined)]);
      return items.map((item, index): GalleryItem => {
        if (item.kind === 'image') return { kind: 'image', image: withPreview(item.image, previewOf) };
        const cover = covers[index];
        const album: CoveredAlbum = { ...item.album, cover: (cover && previewOf(cover)) ?? null };
        return { kind: 'album', album };
      });
    },
  };
};
