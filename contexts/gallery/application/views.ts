import type { UserId } from '@lego-moc/kernel/message';
import type { AlbumReply, ImageReply } from '../contracts/http-api.ts';
import type { AlbumId } from '../domain/album-events.ts';
import { isAlbumVisibleTo, type StandingAlbum } from '../domain/album.ts';
import type { ImageId } from '../domain/image-events.ts';
import { isVisibleTo } from '../domain/image.ts';
import { albumReplyOf, imageReplyOf } from './replies.ts';
import type { AlbumStates, ImageStates } from './states.ts';

/** Images and albums as their streams have them at this moment; `undefined` for those whom they are hidden from. */
export type Views = {
  readonly image: (imageId: ImageId, reader: UserId) => Promise<ImageReply | undefined>;
  readonly album: (albumId: AlbumId, reader: UserId) => Promise<AlbumReply | undefined>;
  /** The images of an album in its order. */
  readonly imageIdsOf: (albumId: AlbumId, reader: UserId) => Promise<readonly ImageId[] | undefined>;
};

export const views = (images: Pick<ImageStates, 'latest'>, albums: Pick<AlbumStates, 'latest'>): Views => {
  const visibleAlbum = async (albumId: AlbumId, reader: UserId) => {
    const { state, revision } = await albums.latest(albumId);
    return state.status === 'standing' && isAlbumVisibleTo(reader, state)
      ? { album: state satisfies StandingAlbum, revision }
      : undefined;
  };
  return {
    image: async (imageId, reader) => {
      const { state, revision } = await images.latest(imageId);
      return state.status === 'stored' && isVisibleTo(reader, state)
        ? imageReplyOf(imageId, revision, state, reader)
        : undefined;
    },
    album: async (albumId, reader) => {
      const album = await visibleAlbum(albumId, reader);
      return album && albumReplyOf(albumId, album.revision, album.album);
    },
    imageIdsOf: async (albumId, reader) => (await visibleAlbum(albumId, reader))?.album.imageIds,
  };
};
