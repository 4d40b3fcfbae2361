import type { Outcome } from '@lego-moc/application/command-handler';
import type { Cause, Revision } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { AlbumEvent, AlbumId } from '../domain/album-events.ts';
import { ALBUM_IMAGES_MAX, albumFull, type AlbumRejection } from '../domain/album.ts';
import type { ImageId } from '../domain/image-events.ts';
import type { GalleryReader } from './ports/gallery-reader.ts';
import type { AlbumStates, ImageStates } from './states.ts';

export type Addition = {
  readonly albumId: AlbumId;
  readonly by: UserId;
  readonly imageIds: readonly ImageId[];
  readonly movedFrom?: AlbumId | undefined;
};

export type AdditionRejection = AlbumRejection | 'image-not-found';

/** Puts images of the owner into an album. Images that are moved leave the other album once they are in this one. */
export type AddToAlbum = (addition: Addition, cause: Cause, expected?: Revision) => Promise<Outcome<AdditionRejection>>;

/** Why one more image does not go into an album of the owner, if so. */
export type RefusalToAdd = (albumId: AlbumId, owner: UserId) => Promise<Rejection<AlbumRejection> | undefined>;

type Dependencies = {
  readonly images: Pick<ImageStates, 'latest'>;
  readonly albums: Pick<AlbumStates, 'handle' | 'latest'>;
};

export const refusalToAdd =
  ({ albums }: Pick<Dependencies, 'albums'>): RefusalToAdd =>
  async (albumId, owner) => {
    const { state } = await albums.latest(albumId);
    if (state.status !== 'standing' || state.owner !== owner)
      return reject('album-not-found', 'You have no such album to put images into.');
    return state.imageIds.length < ALBUM_IMAGES_MAX ? undefined : albumFull;
  };

const missingImage = reject('image-not-found', 'Only images of your own go into an album, and one of these is none.');

/** An album that images are to leave must be the owner's, but need not hold them. */
const sourceRefusal = async (
  { albums }: Dependencies,
  { by, movedFrom }: Addition,
): Promise<Rejection<AlbumRejection> | undefined> => {
  if (movedFrom === undefined) return undefined;
  const { state } = await albums.latest(movedFrom);
  return state.status === 'standing' && state.owner === by
    ? undefined
    : reject('album-not-found', 'There is no such album to move images from.');
};

export const addToAlbum =
  (dependencies: Dependencies): AddToAlbum =>
  async (addition, cause, expected) => {
    const { albumId, by, imageIds, movedFrom } = addition;
    const states = await Promise.all(
      imageIds.map(async (imageId) => (await dependencies.images.latest(imageId)).state),
    );
    if (!states.every((image) => image.status === 'stored' && image.owner === by)) return missingImage;
    const refusal = movedFrom === albumId ? undefined : await sourceRefusal(dependencies, addition);
    if (refusal !== undefined) return refusal;

    const { albums } = dependencies;
    const data = { albumId, by, imageIds, movedFrom: movedFrom ?? null };
    const outcome = await albums.handle(albumId, { type: 'AddImages', data }, cause, expected);
    if (isRejection(outcome) || movedFrom === undefined || movedFrom === albumId) return outcome;
    await removeFrom(albums, { albumId: movedFrom, by, imageIds }, cause);
    return outcome;
  };

/** Removes images from an album that may be gone meanwhile. Idempotent. */
const removeFrom = async (
  albums: Pick<AlbumStates, 'handle'>,
  { albumId, by, imageIds }: { readonly albumId: AlbumId; readonly by: UserId; readonly imageIds: readonly ImageId[] },
  cause: Cause,
): Promise<void> => {
  const step = { ...cause, commandId: derivedId(cause.commandId, 'remove', albumId) };
  await albums.handle(albumId, { type: 'RemoveImages', data: { albumId, by, imageIds } }, step);
};

/**
 * Follows images that were put into albums: completes a move whose process died between the two albums, and removes
 * images that were deleted at the same moment.
 */
export const followAdditions =
  ({ images, albums }: Dependencies) =>
  async (event: AlbumEvent, cause: Cause): Promise<void> => {
    if (event.type !== 'AlbumImagesAdded') return;
    const { albumId, imageIds, movedFrom } = event.data;
    const { state } = await albums.latest(albumId);
    if (state.status === 'absent') return;
    const by = state.owner;
    if (movedFrom !== null && movedFrom !== albumId)
      await removeFrom(albums, { albumId: movedFrom, by, imageIds }, cause);
    const missingImageIds: ImageId[] = [];
    for (const imageId of imageIds)
      if ((await images.latest(imageId)).state.status === 'deleted') missingImageIds.push(imageId);
    if (missingImageIds.length > 0) await removeFrom(albums, { albumId, by, imageIds: missingImageIds }, cause);
  };

/**
 * Removes deleted images from albums that still hold them: an image may be put into an album the moment it is deleted,
 * before the read model knows of it. Returns how many.
 */
export const sweepAlbums =
  ({ images, albums, missingImages }: Dependencies & Pick<GalleryReader, 'missingImages'>) =>
  async (): Promise<number> => {
    let removalCount = 0;
    for (const { albumId, imageId } of await missingImages()) {
      const { state } = await images.latest(imageId);
      if (state.status !== 'deleted') continue;
      const cause = { commandId: newId(), correlationId: newId(), actor: 'album-sweep' };
      await removeFrom(albums, { albumId, by: state.owner, imageIds: [imageId] }, cause);
      removalCount += 1;
    }
    return removalCount;
  };

/** Removes a deleted image from every album that holds it. */
export const removeFromAlbums =
  ({
    albums,
    albumsWith,
  }: Pick<Dependencies, 'albums'> & { readonly albumsWith: (imageId: ImageId) => Promise<readonly AlbumId[]> }) =>
  async (imageId: ImageId, owner: UserId, cause: Cause): Promise<void> => {
    for (const albumId of await albumsWith(imageId))
      await removeFrom(albums, { albumId, by: owner, imageIds: [imageId] }, cause);
  };
