import { z } from 'zod';
import { requireUser } from '@lego-moc/auth-middleware/authenticate';
import { foldedStates } from '@lego-moc/application/folded-states';
import { entityId, reactionTo } from '@lego-moc/event-store/delivered-event';
import { FILE_STORAGE } from '@lego-moc/file-storage/contracts/routes';
import { deleteReplies } from '@lego-moc/http/postgres-idempotency-store';
import { derivedId } from '@lego-moc/kernel/ids';
import { msBetween } from '@lego-moc/kernel/instant';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { PROFILE_EVENTS, profilePayload } from '@lego-moc/profile/contracts/integration-events';
import { clientOf } from '@lego-moc/service/resources/service-client';
import { metrics } from '@lego-moc/service/resources/core';
import type { Context, ScopeWith } from '@lego-moc/service/run-context';
import type { Scope } from '@lego-moc/service/scope';
import { announceGallery } from './adapters/event-store/announcements.ts';
import { albumCodec, flaggerCodec, imageCodec, ownerCodec } from './adapters/event-store/gallery-codecs.ts';
import { storedFiles } from './adapters/file-storage/stored-files.ts';
import { albumReadingRoutes } from './adapters/http/album-reading.route.ts';
import { albumRoutes } from './adapters/http/albums.route.ts';
import { CONTRACTS } from './adapters/http/contracts.ts';
import { exportRoute } from './adapters/http/export.route.ts';
import { imageRoutes } from './adapters/http/images.route.ts';
import { flagRoutes, moderatorRoutes, requireModerator } from './adapters/http/moderation.route.ts';
import { settingsRoutes } from './adapters/http/settings.route.ts';
import { uploadRoutes } from './adapters/http/uploads.route.ts';
import { galleryAlbums } from './adapters/read-models/gallery-albums.ts';
import { galleryImages } from './adapters/read-models/gallery-images.ts';
import { galleryReader } from './adapters/read-models/gallery-reader.ts';
import { moderationLog } from './adapters/read-models/moderation-log.ts';
import { moderationReader } from './adapters/read-models/moderation-reader.ts';
import { openUploads, uploadsBegunBefore } from './adapters/read-models/open-uploads.ts';
import {
  addToAlbum,
  followAdditions,
  refusalToAdd,
  removeFromAlbums,
  sweepAlbums,
} from './application/album-images.ts';
import { exportGallery } from './application/export-gallery.ts';
import { imageUploads } from './application/image-upload.ts';
import { flagImages, type Flagging } from './application/moderation.ts';
import { abandonOverdue } from './application/overdue-uploads.ts';
import { eraseOwner } from './application/owner-erasure.ts';
import { owners as ownersOn, type Owners } from './application/owners.ts';
import type { FileStore } from './application/ports/file-store.ts';
import type { GalleryReader } from './application/ports/gallery-reader.ts';
import type { ModerationReader } from './application/ports/moderation-reader.ts';
import { followEnds } from './application/released-items.ts';
import { previews as previewsOf } from './application/previews.ts';
import type { AlbumStates, ImageStates } from './application/states.ts';
import { views as viewsOf } from './application/views.ts';
import { galleryPayloads } from './contracts/integration-events.ts';
import { GALLERY } from './contracts/routes.ts';
import { albumDecider } from './domain/album.ts';
import type { ImageId } from './domain/image-events.ts';
import { imageDecider } from './domain/image.ts';
import { flaggerDecider } from './domain/flagger.ts';

/** 20 images of 20 MiB over a slow connection take minutes; a client that sends nothing is cut off much earlier. */
const REQUEST_TIMEOUT_MS = 600_000;

/** How often uploads are looked for whose process died. */
const OVERDUE_EVERY_MS = 60_000;

/** How often albums are searched for deleted images. */
const SWEEP_EVERY_MS = 15 * 60_000;

type Parts = {
  readonly owners: Owners;
  readonly images: ImageStates;
  readonly albums: AlbumStates;
  readonly files: FileStore;
  readonly reader: GalleryReader;
};

/** Declares what follows from events: files of deleted images go, albums lose them, moves are completed. */
const followEvents = (it: Scope, { owners, images, albums, files, reader }: Parts): void => {
  const removeEverywhere = removeFromAlbums({ albums, albumsWith: (imageId) => reader.albumsWith(imageId) });
  it.on('gallery-housekeeping', { streamPrefixes: ['image-'] }, async (deliveredEvent) => {
    const event = imageCodec.decode(deliveredEvent.type, deliveredEvent.data);
    if (event?.type !== 'ImageDeleted' && event?.type !== 'ImageUploadAbandoned') return;
    const commandId = derivedId('housekeeping', deliveredEvent.eventId);
    const cause = reactionTo(deliveredEvent, { commandId, actor: 'housekeeping' });
    const imageId = entityId(deliveredEvent.stream) as ImageId;
    const { state } = await images.latest(imageId);
    if (state.status === 'deleted') await removeEverywhere(imageId, state.owner, cause);
    await files.discard(imageId, cause);
  });

  const follow = followAdditions({ images, albums });
  it.on('gallery-additions', { eventTypes: ['gallery.AlbumImagesAdded'] }, async (deliveredEvent) => {
    const event = albumCodec.decode(deliveredEvent.type, deliveredEvent.data);
    const commandId = derivedId('additions', deliveredEvent.eventId);
    if (event !== undefined) await follow(event, reactionTo(deliveredEvent, { commandId, actor: 'gallery-additions' }));
  });

  const release = followEnds({ owners, images, albums });
  const ends = ['gallery.ImageDeleted', 'gallery.ImageUploadAbandoned', 'gallery.AlbumDeleted'];
  it.on('gallery-limits', { eventTypes: ends }, async (deliveredEvent) => {
    const { type, data } = deliveredEvent;
    const event = imageCodec.decode(type, data) ?? albumCodec.decode(type, data);
    const commandId = derivedId('release', deliveredEvent.eventId);
    if (event !== undefined) await release(event, reactionTo(deliveredEvent, { commandId, actor: 'gallery-limits' }));
  });

  const sweep = sweepAlbums({ images, albums, missingImages: () => reader.missingImages() });
  it.every(SWEEP_EVERY_MS, 'The sweep of albums', async () => {
    const removalCount = await sweep();
    if (removalCount > 0) it.logger.info('Removed deleted images from albums', { swept: removalCount });
  });
};

/** Declares what follows from flags and decisions. */
const declareModeration = (it: ScopeWith<typeof settings>, images: ImageStates): Flagging => {
  const flaggers = it.streams('flagger', flaggerCodec, flaggerDecider);
  const flags = flagImages({ images, flaggers, hidesAt: it.settings.GALLERY_FLAGS_TO_HIDE, now: it.clock });
  it.project(moderationLog, imageCodec);
  const decisions = { eventTypes: ['gallery.ReviewDecided', 'gallery.DecisionReversed'] };
  it.on('gallery-flaggers', decisions, async (deliveredEvent) => {
    const event = imageCodec.decode(deliveredEvent.type, deliveredEvent.data);
    const commandId = derivedId('judge', deliveredEvent.eventId);
    const cause = reactionTo(deliveredEvent, { commandId, actor: 'gallery-flaggers' });
    if (event !== undefined) await flags.judge(entityId(deliveredEvent.stream) as ImageId, event, cause);
  });
  return flags;
};

/** Shows in Prometheus how many images wait for a moderator, and how long the first one has. */
const gaugeQueue = (it: Scope, reader: Pick<ModerationReader, 'waiting'>): void => {
  const meter = it.use(metrics);
  const queueGauge = meter.gauge('gallery_review_queue_images', 'Images that wait for a moderator.');
  const age = meter.gauge('gallery_review_queue_oldest_seconds', 'How long the first of them has waited.');
  meter.beforeExposition(async () => {
    const queue = await reader.waiting().catch(() => undefined);
    if (queue === undefined) return;
    queueGauge.set(queue.images);
    age.set(queue.oldestSince === null ? 0 : msBetween(queue.oldestSince as Instant, it.clock()) / 1_000);
  });
};

const settings = {
  GALLERY_FLAGS_TO_HIDE: z.coerce.number().int().min(1).default(1),
  /** How many images and albums a user may have at a time. */
  GALLERY_IMAGES_MAX: z.coerce.number().int().min(1).default(10_000),
  GALLERY_ALBUMS_MAX: z.coerce.number().int().min(1).default(1_000),
};

export const gallery: Context<typeof settings> = {
  service: GALLERY,
  settings,
  contracts: CONTRACTS,
  events: galleryPayloads,
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  wire: (it) => {
    const now = it.clock;
    const imageStreams = it.streams('image', imageCodec, imageDecider);
    const albumStreams = it.streams('album', albumCodec, albumDecider);
    const images = foldedStates(imageDecider, imageStreams);
    const albums = foldedStates(albumDecider, albumStreams);
    const owners = ownersOn(it.streams('galleryOwner', ownerCodec), {
      imagesMax: it.settings.GALLERY_IMAGES_MAX,
      albumsMax: it.settings.GALLERY_ALBUMS_MAX,
    });
    const files = storedFiles(it.use(clientOf(FILE_STORAGE)), (error) => {
      it.logger.warn('Renditions of images could not be listed', { error });
    });
    const reader = galleryReader(it.db);
    const views = viewsOf(images, albums);
    const previews = previewsOf(files, views);
    const add = addToAlbum({ images, albums });
    const uploads = imageUploads({
      ...{ images, owners, files, now },
      ...{ addToAlbum: add, refusalToAdd: refusalToAdd({ albums }) },
    });

    it.project(galleryImages, imageCodec);
    it.project(galleryAlbums, albumCodec);
    it.project(openUploads, imageCodec);
    it.publish({
      source: { streamPrefixes: ['image-', 'album-'] },
      translate: announceGallery(imageStreams, albumStreams),
    });
    followEvents(it, { owners, images, albums, files, reader });
    const abandonDue = abandonOverdue({ begunBefore: uploadsBegunBefore(it.db), abandon: uploads.abandon, now });
    it.every(OVERDUE_EVERY_MS, 'The search for overdue uploads', abandonDue);

    const flags = declareModeration(it, images);
    const moderation = { images, flagging: flags, reader: moderationReader(it.db), views, files, now };
    gaugeQueue(it, moderation.reader);

    const erase = eraseOwner({ owners, images, albums, deleteReplies: deleteReplies(it.db), now });
    const profileEvents = { stream: PROFILE_EVENTS, payload: profilePayload };
    it.onIntegrationEvent('gallery-erasure', profileEvents, async ({ payload, cause }) => {
      if (payload.status !== 'erased') return;
      const [userId, erasedAt] = [payload.userId as UserId, payload.erasedAt as Instant];
      await erase(userId, erasedAt, cause);
      await flags.forget(userId, erasedAt, cause);
    });

    return [
      requireUser,
      // An upload recognises its own repetition, by the content of its file.
      uploadRoutes({ uploads, views, owners }),
      it.idempotency(),
      settingsRoutes(owners),
      exportRoute(exportGallery({ owners, flagging: flags, images: imageStreams, albums: albumStreams, now })),
      requireModerator,
      imageRoutes({ images, views, reader, files, previews, now }),
      albumRoutes({ albums, owners, addToAlbum: add, views, now }),
      albumReadingRoutes({ views, reader, previews }),
      flagRoutes(moderation),
      moderatorRoutes(moderation),
    ];
  },
};
