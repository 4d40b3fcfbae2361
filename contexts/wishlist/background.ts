import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { entityId } from '@lego-moc/event-store/delivered-event';
import { integrationEnvelope } from '@lego-moc/event-store/integration-events';
import { publishIntegrationEvents } from '@lego-moc/event-store/publisher';
import { subscribePersistently } from '@lego-moc/event-store/persistent-subscription';
import type { Subscription } from '@lego-moc/event-store/subscription';
import type { Clock } from '@lego-moc/application/clock';
import { derivedId } from '@lego-moc/kernel/ids';
import type { EventStreams } from '@lego-moc/application/event-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Logger } from '@lego-moc/logger/logger';
import { PROFILE_EVENTS, profilePayload } from '@lego-moc/profile/contracts/integration-events';
import { announceWishlist } from './adapters/event-store/announcements.ts';
import { wishlistCodec } from './adapters/event-store/wishlist-codec.ts';
import { forgetOwner, type Forgetting } from './application/forgetting.ts';
import { settleReorder } from './application/reorder-settling.ts';
import type { WishlistEvent } from './domain/wishlist-events.ts';

type Needs = {
  readonly client: EventStoreClient;
  readonly streams: EventStreams<WishlistEvent>;
  readonly forgetting: Forgetting;
  readonly now: Clock;
  readonly logger: Logger;
};

const profileEvent = integrationEnvelope(profilePayload);

const SOURCE = { streamPrefixes: ['wishlist-'] };
/** One event in a hundred: the store sorts them out more cheaply than we would. */
const PROPOSALS = { eventTypes: ['wishlist.ReorderProposed'] };

/** Each waits half a second for its proposal to be due: enough for a hundred lists dragged about at once. */
const SETTLING_AT_ONCE = 50;

/** Telling other contexts, making proposed orders hold, and forgetting who is erased. */
export const reactions = ({ client, streams, forgetting, now, logger }: Needs): readonly Subscription[] => {
  const settle = settleReorder(forgetting.states.handle, now);
  const forget = forgetOwner(forgetting);
  return [
    publishIntegrationEvents(client, {
      context: 'wishlist',
      source: SOURCE,
      translate: announceWishlist(streams),
      logger,
    }),
    subscribePersistently(client, {
      group: 'wishlist-reorder-settling',
      source: PROPOSALS,
      concurrency: SETTLING_AT_ONCE,
      logger,
      handle: async ({ stream, type, data, eventId, cause }) => {
        const event = wishlistCodec.decode(type, data);
        if (event?.type !== 'ReorderProposed') return;
        const wishlistId = entityId(stream);
        await settle(wishlistId, event.data, { ...cause, commandId: derivedId('settle', eventId) });
      },
    }),
    subscribePersistently(client, {
      group: 'wishlist-forgetting',
      source: { stream: PROFILE_EVENTS },
      logger,
      handle: async ({ data, eventId, cause }) => {
        const { payload } = profileEvent.parse(data);
        if (payload.status !== 'erased') return;
        const commandId = derivedId('forget', eventId);
        await forget(payload.userId as UserId, payload.erasedAt as Instant, {
          ...cause,
          commandId,
          actor: 'wishlist-forgetting',
        });
      },
    }),
  ];
};
