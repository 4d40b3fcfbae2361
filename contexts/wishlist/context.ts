import { z } from 'zod';
import { requireUser } from '@lego-moc/auth-middleware/authenticate';
import { entityId, reactionTo } from '@lego-moc/event-store/delivered-event';
import { deleteReplies } from '@lego-moc/http/postgres-idempotency-store';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { foldedStates } from '@lego-moc/application/folded-states';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { PROFILE_EVENTS, profilePayload } from '@lego-moc/profile/contracts/integration-events';
import { signedImageRoute } from '@lego-moc/service/signed-image-route';
import { privateObjects } from '@lego-moc/service/resources/private-objects';
import type { Context } from '@lego-moc/service/run-context';
import { announceWishlist } from './adapters/event-store/announcements.ts';
import { wishlistCodec } from './adapters/event-store/wishlist-codec.ts';
import { CONTRACTS, readSignedImage } from './adapters/http/contracts.ts';
import { imageRoutes, readImageBody } from './adapters/http/images.route.ts';
import { itemRoutes } from './adapters/http/items.route.ts';
import { legacyItemRoutes } from './adapters/http/legacy-api.route.ts';
import { legacyReorderRoutes } from './adapters/http/legacy-reorder.route.ts';
import { legacyWishRoutes } from './adapters/http/legacy-wishes.route.ts';
import { reorderRoutes } from './adapters/http/reorder.route.ts';
import { wishImageProcessor } from './adapters/images/wish-image-processor.ts';
import { storedImages } from './adapters/object-storage/stored-images.ts';
import { listIdsIn } from './adapters/read-models/list-ids.ts';
import { wishlistReader } from './adapters/read-models/wishlist-reader.ts';
import { wishlists } from './adapters/read-models/wishlists.ts';
import { describeImages } from './application/image-descriptions.ts';
import { IMAGES_FOLDER } from './application/ports/image-store.ts';
import { eraseOwner } from './application/owner-erasure.ts';
import { sweepImages } from './application/image-sweep.ts';
import { settleReorder } from './application/reorder-settling.ts';
import { wishlistPayloads } from './contracts/integration-events.ts';
import { WISHLIST } from './contracts/routes.ts';
import { DEFAULT_CATEGORIES } from './contracts/themes.ts';
import { ownerIn } from './application/wishlist-owner.ts';
import { wishlistDecider } from './domain/wishlist.ts';

/** Each waits half a second for its proposal to be due: enough for a hundred lists reordered at once. */
const SETTLING_CONCURRENCY = 50;
/** As many as there are workers. An image may take three attempts of a minute each. */
const IMAGES_AT_ONCE = { concurrency: 2, messageTimeoutMs: 200_000 };
const SWEEP_EVERY_MS = 10 * 60_000;

/** Comma-separated themes. */
const categories = (setting: string | undefined): readonly string[] =>
  setting?.split(',').flatMap((theme) => (theme.trim() === '' ? [] : [theme.trim()])) ?? DEFAULT_CATEGORIES;

const settings = { WISHLIST_CATEGORIES: z.string().optional().transform(categories) };

export const wishlist: Context<typeof settings> = {
  service: WISHLIST,
  settings,
  contracts: CONTRACTS,
  events: wishlistPayloads,
  wire: (it) => {
    const streams = it.streams('wishlist', wishlistCodec, wishlistDecider);
    const states = foldedStates(wishlistDecider, streams);
    const reader = wishlistReader(it.db, states, streams);
    const privateImages = it.use(privateObjects);
    const images = storedImages(privateImages.objects);
    const processor = wishImageProcessor(imageProcessor());
    const needs = { handle: states.handle, reader, now: it.clock, images };

    it.project(wishlists, wishlistCodec);
    it.publish({ source: { streamPrefixes: ['wishlist-'] }, translate: announceWishlist(streams) });

    const settle = settleReorder(states.handle, it.clock);
    it.on(
      'wishlist-reorder-settling',
      // One event in a hundred: the store filters them more cheaply than this service would.
      { eventTypes: ['wishlist.ReorderProposed'] },
      async (deliveredEvent) => {
        const event = wishlistCodec.decode(deliveredEvent.type, deliveredEvent.data);
        if (event?.type !== 'ReorderProposed') return;
        const cause = reactionTo(deliveredEvent, { commandId: derivedId('settle', deliveredEvent.eventId) });
        await settle(entityId(deliveredEvent.stream), event.data, cause);
      },
      { concurrency: SETTLING_CONCURRENCY },
    );

    const describe = describeImages({ states, images, processor });
    it.on(
      'wishlist-image-descriptions',
      { eventTypes: ['wishlist.WishlistItemUpdated'] },
      async (deliveredEvent) => {
        const event = wishlistCodec.decode(deliveredEvent.type, deliveredEvent.data);
        if (event?.type !== 'WishlistItemUpdated' || event.data.wish.image === null) return;
        const commandId = derivedId('describe', deliveredEvent.eventId);
        const cause = reactionTo(deliveredEvent, { commandId });
        await describe(entityId(deliveredEvent.stream), event.data.itemId, event.data.wish.image, cause);
      },
      IMAGES_AT_ONCE,
    );

    const forget = eraseOwner({ states, images, deleteReplies: deleteReplies(it.db) });
    it.onIntegrationEvent(
      'wishlist-forgetting',
      { stream: PROFILE_EVENTS, payload: profilePayload },
      async ({ payload, cause }) => {
        if (payload.status === 'erased') await forget(payload.userId as UserId, payload.erasedAt as Instant, cause);
      },
    );
    it.every(SWEEP_EVERY_MS, 'The sweep of images', sweepImages(images, streams, it.clock));

    return [
      signedImageRoute(readSignedImage, IMAGES_FOLDER, privateImages),
      legacyWishRoutes({ states, ownerOf: ownerIn(streams), listIds: listIdsIn(it.db) }),
      requireUser,
      readImageBody,
      it.idempotency(),
      legacyReorderRoutes({ states, now: it.clock }),
      legacyItemRoutes({ states, now: it.clock }),
      itemRoutes({ ...needs, categories: it.settings.WISHLIST_CATEGORIES }),
      reorderRoutes(states.handle, reader, it.clock),
      imageRoutes({ ...needs, imageProcessor: processor }),
    ];
  },
};
