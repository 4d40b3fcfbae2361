import { entityId, type DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { Announcement } from '@lego-moc/event-store/integration-events';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { stateCache, type StateCache } from '@lego-moc/application/state-cache';
import type { Decider } from '@lego-moc/kernel/decider';
import type { GalleryEventType, GalleryPayload } from '../../contracts/integration-events.ts';
import type { AlbumEvent } from '../../domain/album-events.ts';
import { albumDecider, type Album } from '../../domain/album.ts';
import type { ImageEvent } from '../../domain/image-events.ts';
import { imageDecider, type Image } from '../../domain/image.ts';

type Change<Event, State> = { readonly event: Event; readonly before: State; readonly after: State };

/** States whose events are published now. In characters of JSON. */
const STATES_BYTES_MAX = 4 * 1024 * 1024;

/** The state before and after the event at `revision`, reading only what came since the last one that was asked for. */
const changeAt = async <Event, State>(
  { initial, evolve }: Pick<Decider<never, State, Event, string>, 'initial' | 'evolve'>,
  streams: EventStreams<Event>,
  cache: StateCache<State>,
  { stream, revision }: DeliveredEvent,
): Promise<Change<Event, State> | undefined> => {
  const id = entityId(stream);
  const cachedState = cache.get(id);
  const isUsable = cachedState !== undefined && cachedState.revision !== 'no-stream' && cachedState.revision < revision;
  let before = isUsable ? cachedState.state : initial;
  const from = isUsable ? cachedState.revision + 1n : 0n;
  for await (const recordedEvent of streams.readEvents(id, from)) {
    if (recordedEvent.revision > revision) return undefined;
    const after = evolve(before, recordedEvent.event);
    if (recordedEvent.revision === revision) {
      cache.put(id, { state: after, revision });
      return { event: recordedEvent.event, before, after };
    }
    before = after;
  }
  return undefined;
};

type PendingIntegrationEvent = { readonly eventType: GalleryEventType; readonly payload: GalleryPayload };

/** Steps of a moderation that change nothing that others see. */
const PRIVATE_STEPS = new Set<ImageEvent['type']>(['ReviewClaimed', 'DecisionAppealed', 'FlaggerForgotten']);

const toImageEvent = (
  imageId: string,
  { event, before, after }: Change<ImageEvent, Image>,
): PendingIntegrationEvent | undefined => {
  if (event.type === 'ImageDeleted') {
    if (before.status !== 'stored') return undefined;
    const { deletedAt } = event.data;
    return {
      eventType: 'image.deleted',
      payload: { kind: 'image', status: 'deleted', imageId, owner: before.owner, deletedAt },
    };
  }
  if (after.status !== 'stored') return undefined;
  const { owner, visibility, details, file, uploadedAt, moderation } = after;
  const { mediaType, sizeBytes } = file;
  const { licence, title, description, tags } = details;
  const payload = {
    ...({ kind: 'image', status: 'stored', imageId, owner, visibility, hidden: moderation.hidden } as const),
    ...{ licence, mediaType, sizeBytes, uploadedAt, texts: { title, description, tags: [...tags] } },
  };
  if (event.type === 'ImageFlagged')
    return { eventType: 'image.flagged', payload: { ...payload, reason: event.data.reason } };
  if (PRIVATE_STEPS.has(event.type)) return undefined;
  return { eventType: event.type === 'ImageUploaded' ? 'image.uploaded' : 'image.updated', payload };
};

const toAlbumEvent = (
  albumId: string,
  { event, before, after }: Change<AlbumEvent, Album>,
): PendingIntegrationEvent | undefined => {
  if (event.type === 'AlbumDeleted') {
    if (before.status !== 'standing') return undefined;
    const { deletedAt } = event.data;
    const payload = { kind: 'album', status: 'deleted', albumId, owner: before.owner, deletedAt } as const;
    return { eventType: 'album.deleted', payload };
  }
  if (after.status !== 'standing') return undefined;
  const { owner, visibility, imageIds, coverImageId, createdAt, title, description } = after;
  return {
    eventType: event.type === 'AlbumCreated' ? 'album.created' : 'album.updated',
    payload: {
      ...{ kind: 'album', status: 'standing', albumId, owner, visibility, imageIds: [...imageIds], coverImageId },
      ...{ createdAt, texts: { title, description } },
    },
  };
};

/** The integration event for a private event of an image or album: its state after it. */
export const announceGallery = (images: EventStreams<ImageEvent>, albums: EventStreams<AlbumEvent>) => {
  const imageStates = stateCache<Image>(STATES_BYTES_MAX);
  const albumStates = stateCache<Album>(STATES_BYTES_MAX);

  const toIntegrationEvent = async (deliveredEvent: DeliveredEvent): Promise<PendingIntegrationEvent | undefined> => {
    const subject = entityId(deliveredEvent.stream);
    if (deliveredEvent.stream.startsWith('image-')) {
      const change = await changeAt(imageDecider, images, imageStates, deliveredEvent);
      return change && toImageEvent(subject, change);
    }
    const change = await changeAt(albumDecider, albums, albumStates, deliveredEvent);
    return change && toAlbumEvent(subject, change);
  };

  return async (deliveredEvent: DeliveredEvent): Promise<readonly Announcement[]> => {
    const integrationEvent = await toIntegrationEvent(deliveredEvent);
    return integrationEvent === undefined
      ? []
      : [{ ...integrationEvent, subject: entityId(deliveredEvent.stream), revision: String(deliveredEvent.revision) }];
  };
};
