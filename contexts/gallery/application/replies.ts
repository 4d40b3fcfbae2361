import type { Revision } from '@lego-moc/application/event-streams';
import type { AlbumReply, ImageReply } from '../contracts/http-api.ts';
import type { StandingAlbum } from '../domain/album.ts';
import type { StoredImage } from '../domain/image.ts';

/** An image as the API shows it. */
export const imageReplyOf = (imageId: string, revision: Revision, image: StoredImage): ImageReply => {
  const { owner, details, visibility, file, uploadedAt } = image;
  const { mediaType, sizeBytes } = file;
  const { title, description, tags, altText, licence } = details;
  return {
    ...{ imageId, owner, title, description, tags: [...tags], altText, licence, visibility },
    ...{ mediaType, sizeBytes, uploadedAt, revision: String(revision) },
  };
};

/** An album as the API shows it. */
export const albumReplyOf = (albumId: string, revision: Revision, album: StandingAlbum): AlbumReply => {
  const { owner, title, description, visibility, imageIds, createdAt } = album;
  const coverImageId = album.coverImageId ?? imageIds[0] ?? null;
  return {
    ...{ albumId, owner, title, description, visibility, coverImageId },
    ...{ imageCount: imageIds.length, createdAt, revision: String(revision) },
  };
};
