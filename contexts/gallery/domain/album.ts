import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { AlbumEvent, AlbumId } from './album-events.ts';
import type { ImageId, Visibility } from './image-events.ts';
import { sameStrings } from './same-strings.ts';

export type CreateAlbum = Message<
  'CreateAlbum',
  { albumId: AlbumId; by: UserId; title: string; description: string; visibility: Visibility; at: Instant }
>;
/** What is left out stays as it is; a cover of null is the first image. */
export type ReviseAlbum = Message<
  'ReviseAlbum',
  {
    albumId: AlbumId;
    by: UserId;
    title?: string;
    description?: string;
    visibility?: Visibility;
    coverImageId?: ImageId | null;
  }
>;
/** Images that are in the album already stay where they are. */
export type AddImages = Message<
  'AddImages',
  { albumId: AlbumId; by: UserId; imageIds: readonly ImageId[]; movedFrom: AlbumId | null }
>;
export type RemoveImages = Message<'RemoveImages', { albumId: AlbumId; by: UserId; imageIds: readonly ImageId[] }>;
/** Images that are not named follow in the order that they have. */
export type OrderImages = Message<'OrderImages', { albumId: AlbumId; by: UserId; order: readonly ImageId[] }>;
export type DeleteAlbum = Message<'DeleteAlbum', { albumId: AlbumId; by: UserId; at: Instant }>;
export type AlbumCommand = CreateAlbum | ReviseAlbum | AddImages | RemoveImages | OrderImages | DeleteAlbum;

export type AlbumRejection =
  | 'album-not-found'
  | 'album-deleted'
  | 'not-the-owner'
  | 'album-full'
  | 'cover-not-in-album'
  | 'order-names-unknown-image'
  | 'order-repeats-image';

/** An album is read as a whole. */
export const ALBUM_IMAGES_MAX = 1_000;

export type StandingAlbum = {
  readonly status: 'standing';
  readonly owner: UserId;
  readonly title: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly imageIds: readonly ImageId[];
  readonly coverImageId: ImageId | null;
  readonly createdAt: Instant;
};

export type Album =
  { readonly status: 'absent' } | { readonly status: 'deleted'; readonly owner: UserId } | StandingAlbum;

type AlbumDecision = Decision<AlbumEvent, AlbumRejection>;

const notFound = reject('album-not-found', 'There is no such album.');
/** The answer to one image too many. */
export const albumFull = reject('album-full', `An album holds at most ${String(ALBUM_IMAGES_MAX)} images.`);
const deletedRefusal = reject('album-deleted', 'The album was deleted.');

/** Whether somebody may see it who knows its id. */
export const isAlbumVisibleTo = (
  reader: UserId,
  { owner, visibility }: Pick<StandingAlbum, 'owner' | 'visibility'>,
): boolean => owner === reader || visibility !== 'private';

const create = ({ data: { by, at, ...data } }: CreateAlbum, album: Album): AlbumDecision => {
  if (album.status === 'absent') return [{ type: 'AlbumCreated', data: { ...data, owner: by, createdAt: at } }];
  if (album.owner !== by) return notFound;
  return album.status === 'deleted' ? deletedRefusal : [];
};

const revise = ({ data }: ReviseAlbum, album: StandingAlbum): AlbumDecision => {
  const { albumId, title = album.title, description = album.description, visibility = album.visibility } = data;
  const { coverImageId = album.coverImageId } = data;
  if (coverImageId !== null && !album.imageIds.includes(coverImageId))
    return reject('cover-not-in-album', 'The cover of an album is one of its images.');
  const events: AlbumEvent[] = [];
  if (title !== album.title || description !== album.description)
    events.push({ type: 'AlbumDescribed', data: { albumId, title, description } });
  if (visibility !== album.visibility) events.push({ type: 'AlbumVisibilityChanged', data: { albumId, visibility } });
  if (coverImageId !== album.coverImageId) events.push({ type: 'AlbumCoverChosen', data: { albumId, coverImageId } });
  return events;
};

const add = ({ data: { albumId, imageIds, movedFrom } }: AddImages, album: StandingAlbum): AlbumDecision => {
  const newImageIds = [...new Set(imageIds)].filter((imageId) => !album.imageIds.includes(imageId));
  if (album.imageIds.length + newImageIds.length > ALBUM_IMAGES_MAX) return albumFull;
  return newImageIds.length === 0
    ? []
    : [{ type: 'AlbumImagesAdded', data: { albumId, imageIds: newImageIds, movedFrom } }];
};

const remove = ({ data: { albumId, imageIds } }: RemoveImages, album: StandingAlbum): AlbumDecision => {
  const removedImageIds = album.imageIds.filter((imageId) => imageIds.includes(imageId));
  return removedImageIds.length === 0
    ? []
    : [{ type: 'AlbumImagesRemoved', data: { albumId, imageIds: removedImageIds } }];
};

const arrange = ({ data: { albumId, order } }: OrderImages, album: StandingAlbum): AlbumDecision => {
  if (new Set(order).size < order.length) return reject('order-repeats-image', 'The order names an image twice.');
  if (!order.every((imageId) => album.imageIds.includes(imageId)))
    return reject('order-names-unknown-image', 'The order names an image that is not in the album.');
  const orderedImageIds = [...order, ...album.imageIds.filter((imageId) => !order.includes(imageId))];
  return sameStrings(orderedImageIds, album.imageIds)
    ? []
    : [{ type: 'AlbumImagesOrdered', data: { albumId, order: orderedImageIds } }];
};

const change = (command: Exclude<AlbumCommand, CreateAlbum | DeleteAlbum>, album: StandingAlbum): AlbumDecision => {
  switch (command.type) {
    case 'ReviseAlbum':
      return revise(command, album);
    case 'AddImages':
      return add(command, album);
    case 'RemoveImages':
      return remove(command, album);
    case 'OrderImages':
      return arrange(command, album);
    default:
      return unreachable(command);
  }
};

const decide = (command: AlbumCommand, album: Album): AlbumDecision => {
  if (command.type === 'CreateAlbum') return create(command, album);
  const { albumId, by } = command.data;
  if (album.status === 'absent') return notFound;
  if (album.status === 'deleted') {
    if (album.owner !== by) return notFound;
    return command.type === 'DeleteAlbum' ? [] : deletedRefusal;
  }
  if (album.owner !== by)
    return isAlbumVisibleTo(by, album) ? reject('not-the-owner', 'Only its owner may change an album.') : notFound;
  return command.type === 'DeleteAlbum'
    ? [{ type: 'AlbumDeleted', data: { albumId, deletedAt: command.data.at } }]
    : change(command, album);
};

const evolveStanding = (
  album: StandingAlbum,
  event: Exclude<AlbumEvent, { type: 'AlbumCreated' | 'AlbumDeleted' }>,
): StandingAlbum => {
  switch (event.type) {
    case 'AlbumDescribed':
      return { ...album, title: event.data.title, description: event.data.description };
    case 'AlbumVisibilityChanged':
      return { ...album, visibility: event.data.visibility };
    case 'AlbumImagesAdded':
      return { ...album, imageIds: [...album.imageIds, ...event.data.imageIds] };
    case 'AlbumImagesRemoved': {
      const imageIds = album.imageIds.filter((imageId) => !event.data.imageIds.includes(imageId));
      const isCoverGone = album.coverImageId !== null && event.data.imageIds.includes(album.coverImageId);
      return { ...album, imageIds, coverImageId: isCoverGone ? null : album.coverImageId };
    }
    case 'AlbumImagesOrdered':
      return { ...album, imageIds: event.data.order };
    case 'AlbumCoverChosen':
      return { ...album, coverImageId: event.data.coverImageId };
    default:
      return unreachable(event);
  }
};

const evolve = (album: Album, event: AlbumEvent): Album => {
  if (event.type === 'AlbumCreated') {
    const { owner, title, description, visibility, createdAt } = event.data;
    return {
      ...{ status: 'standing', owner, title, description, visibility, createdAt },
      ...{ imageIds: [], coverImageId: null },
    };
  }
  if (album.status !== 'standing') return album;
  return event.type === 'AlbumDeleted' ? { status: 'deleted', owner: album.owner } : evolveStanding(album, event);
};

export const albumDecider: Decider<AlbumCommand, Album, AlbumEvent, AlbumRejection> = {
  initial: { status: 'absent' },
  decide,
  evolve,
};
