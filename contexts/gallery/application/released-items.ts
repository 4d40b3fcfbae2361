import type { Cause } from '@lego-moc/application/event-streams';
import type { AlbumEvent } from '../domain/album-events.ts';
import type { ImageEvent } from '../domain/image-events.ts';
import type { Owners } from './owners.ts';
import type { AlbumStates, ImageStates } from './states.ts';

type Dependencies = {
  readonly owners: Pick<Owners, 'release'>;
  readonly images: Pick<ImageStates, 'latest'>;
  readonly albums: Pick<AlbumStates, 'latest'>;
};

/** Follows the end of images and albums: another one may take their place within the limits of their owner. */
export const followEnds =
  ({ owners, images, albums }: Dependencies) =>
  async (event: ImageEvent | AlbumEvent, cause: Cause): Promise<void> => {
    switch (event.type) {
      case 'ImageDeleted':
      case 'ImageUploadAbandoned': {
        const { imageId } = event.data;
        const { state } = await images.latest(imageId);
        if (state.status === 'absent') return;
        await owners.release(state.owner, { type: 'ReleaseImage', data: { imageId } }, cause);
        return;
      }
      case 'AlbumDeleted': {
        const { albumId } = event.data;
        const { state } = await albums.latest(albumId);
        if (state.status === 'absent') return;
        await owners.release(state.owner, { type: 'ReleaseAlbum', data: { albumId } }, cause);
        return;
      }
      default:
    }
  };
