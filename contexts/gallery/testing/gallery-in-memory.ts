import { foldedStates } from '@lego-moc/application/folded-states';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant } from '@lego-moc/kernel/message';
import { addToAlbum, refusalToAdd } from '../application/album-images.ts';
import { imageUploads } from '../application/image-upload.ts';
import { owners as ownersOn } from '../application/owners.ts';
import { views as viewsOf } from '../application/views.ts';
import type { AlbumEvent } from '../domain/album-events.ts';
import { albumDecider } from '../domain/album.ts';
import type { ImageEvent } from '../domain/image-events.ts';
import { imageDecider } from '../domain/image.ts';
import type { OwnerEvent } from '../domain/owner-events.ts';
import type { OwnerLimits } from '../domain/owner.ts';
import { memoryFileStore } from './memory-file-store.ts';

export const noon = '2026-01-01T12:00:00.000Z' as Instant;
const now = () => noon;

/** Everything that outlives a process. */
export const persistentState = () => ({
  images: inMemoryStreams<ImageEvent>('image', now),
  albums: inMemoryStreams<AlbumEvent>('album', now),
  owners: inMemoryStreams<OwnerEvent>('galleryOwner', now),
  files: memoryFileStore(),
});
export type PersistentState = ReturnType<typeof persistentState>;

/** Makes something happen, unless the process dies before it or before it knows of it. */
export type Effect = <T>(happen: () => Promise<T>) => Promise<T>;

const through = <E>(streams: EventStreams<E>, effect: Effect): EventStreams<E> => ({
  read: (id) => streams.read(id),
  readEvents: (id, from) => streams.readEvents(id, from),
  append: (id, events, expected, cause) => effect(() => streams.append(id, events, expected, cause)),
});

/** One process of the service over `persisted`. */
export const galleryInMemory = (
  state = persistentState(),
  effect: Effect = (happen) => happen(),
  limits: OwnerLimits = { imagesMax: 100, albumsMax: 100 },
) => {
  const images = foldedStates(imageDecider, through(state.images, effect));
  const albums = foldedStates(albumDecider, through(state.albums, effect));
  const owners = ownersOn(through(state.owners, effect), limits);
  const files = {
    ...state.files,
    store: (...args: Parameters<typeof state.files.store>) => effect(() => state.files.store(...args)),
    discard: (...args: Parameters<typeof state.files.discard>) => effect(() => state.files.discard(...args)),
  };
  const add = addToAlbum({ images, albums });
  const uploads = imageUploads({
    ...{ images, owners, files, now },
    ...{ addToAlbum: add, refusalToAdd: refusalToAdd({ albums }) },
  });
  return { images, albums, owners, files, uploads, addToAlbum: add, views: viewsOf(images, albums), now };
};
