import type { Router } from 'express';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { entityId } from '@lego-moc/event-store/delivered-event';
import type { UserId } from '@lego-moc/kernel/message';
import { metrics } from '@lego-moc/service/resources/core';
import type { Scope } from '@lego-moc/service/scope';
import { announcementSource, toAnnouncement } from './adapters/event-store/announcement-source.ts';
import { commentCodec } from './adapters/event-store/comment-codecs.ts';
import { interestsCodec } from './adapters/event-store/interests-codec.ts';
import { webhookDeliveryRoutes } from './adapters/http/webhook-deliveries.route.ts';
import { postgresWebhookLog } from './adapters/postgres/postgres-webhook-log.ts';
import { postgresWebhookQueue } from './adapters/postgres/postgres-webhook-queue.ts';
import { webhookReader } from './adapters/read-models/webhook-reader.ts';
import { lookupFor } from './adapters/receivers/checked-lookup.ts';
import { httpReceivers } from './adapters/receivers/http-receivers.ts';
import { signMessage } from './adapters/receivers/sign-message.ts';
import { urlRefusal, type Targets } from './adapters/receivers/url-refusal.ts';
import type { Comments } from './application/comments.ts';
import type { InterestsOfUsers } from './application/interests.ts';
import type { SealedValues } from './application/ports/sealed-values.ts';
import type { WebhookDeliveries } from './application/ports/webhook-deliveries.ts';
import { composeMessage, type MessageSources } from './application/webhooks/compose-message.ts';
import { deliverMessages } from './application/webhooks/deliver-messages.ts';
import { runDispatcher } from './application/webhooks/dispatcher.ts';
import { matterOfAnnouncement, matterOfSocial } from './application/webhooks/find-matters.ts';
import { queueDeliveries } from './application/webhooks/queue-deliveries.ts';
import type { WebhooksOfUsers } from './application/webhooks/webhooks-of-users.ts';
import { MOC_MANAGEMENT_EVENTS } from './contracts/integration-events.ts';
import type { MocEvent } from './domain/moc-events.ts';
import type { MocId } from './domain/moc-id.ts';
import type { Matter } from './domain/webhook-matters.ts';

const PRUNE_EVERY_MS = 3_600_000;

export type DeliveryNeeds = {
  readonly webhooks: WebhooksOfUsers;
  readonly values: SealedValues;
  readonly deliveries: WebhookDeliveries;
  readonly targets: Targets;
  readonly interests: Pick<InterestsOfUsers, 'isShown'>;
  readonly comments: Pick<Comments, 'latest'>;
  readonly mocs: Pick<EventStreams<MocEvent>, 'readEvents'>;
  readonly load: MessageSources['moc'];
};

/** Deliveries in the service's schema. */
export const webhookDeliveries = ({ db }: Pick<Scope, 'db'>): WebhookDeliveries => ({
  ...postgresWebhookQueue(db),
  ...postgresWebhookLog(db),
});

const publishedOnce =
  (mocs: DeliveryNeeds['mocs']) =>
  async (mocId: MocId): Promise<boolean> => {
    for await (const { event } of mocs.readEvents(mocId))
      if (event.type === 'VersionPublished' || event.type === 'MocPublished') return true;
    return false;
  };

/** Declares that messages about what happens to MOCs are queued: announcements in their order, comments and likes. */
const followMatters = (it: Scope, { mocs, load }: DeliveryNeeds, queue: (matter: Matter) => Promise<void>): void => {
  const wasPublished = publishedOnce(mocs);
  const announcements = { stream: MOC_MANAGEMENT_EVENTS };
  it.on(
    'moc-management-webhook-announcements',
    announcements,
    async (event) => queue(await matterOfAnnouncement(toAnnouncement(event), wasPublished)),
    // One at a time keeps them in their order, and nobody waits for a webhook that did not exist then.
    { concurrency: 1, startFrom: 'end' },
  );

  const social = { eventTypes: ['moc-management.CommentWritten', 'moc-management.InterestShown'] };
  it.on(
    'moc-management-webhook-social',
    social,
    async ({ type, data, stream, eventId, recordedAt }) => {
      const event = commentCodec.decode(type, data) ?? interestsCodec.decode(type, data);
      if (event?.type !== 'CommentWritten' && event?.type !== 'InterestShown') return;
      const matter = await matterOfSocial({ event, eventId, streamId: entityId(stream), recordedAt }, load);
      if (matter !== undefined) await queue(matter);
    },
    { startFrom: 'end' },
  );
};

const sourcesOf = (it: Scope, { load, comments, interests }: DeliveryNeeds): MessageSources => ({
  moc: load,
  comment: async (commentId) => (await comments.latest(commentId)).state,
  follows: (user: UserId, builder: UserId) => interests.isShown(user, 'follow', builder),
  announcement: announcementSource(it.eventStore),
});

/** Counts attempts, and shows how long due messages have waited. */
const measure = (it: Scope, deliveries: WebhookDeliveries): ((outcome: 'delivered' | 'failed') => void) => {
  const meter = it.use(metrics);
  const attempts = meter.counter('webhook_attempts_total', 'Attempts to deliver a message to a webhook.', ['outcome']);
  const age = meter.gauge('webhook_queue_oldest_seconds', 'How long a message has been due that is not sent yet.');
  meter.beforeExposition(async () => {
    const seconds = await deliveries.oldestDueSeconds().catch(() => undefined);
    if (seconds !== undefined) age.set(seconds);
  });
  return (outcome) => attempts.inc({ outcome });
};

/** Declares the delivery of messages to webhooks; returns the routes of its log. */
export const declareWebhookDelivery = (it: Scope, needs: DeliveryNeeds): Router => {
  const { webhooks, values, deliveries, targets } = needs;
  let wakeDispatcher = (): void => undefined;
  const wake = (): void => wakeDispatcher();

  const queueMatter = queueDeliveries(webhookReader(it.db).matching, deliveries);
  followMatters(it, needs, async (matter) => {
    if ((await queueMatter(matter)) > 0) wake();
  });

  const deliver = deliverMessages({
    ...{ deliveries, webhooks, values, now: it.clock, sign: signMessage(it.clock) },
    receivers: httpReceivers({
      ...{ urlRefusal: urlRefusal(targets), lookup: lookupFor(targets) },
      nowMs: () => Date.parse(it.clock()),
    }),
    compose: composeMessage(sourcesOf(it, needs)),
    onAttempt: measure(it, deliveries),
  });
  it.run(() => {
    const onError = (error: unknown) => it.logger.warn('Messages of a webhook have to wait', { error });
    const dispatcher = runDispatcher({ deliveries, deliver, onError });
    wakeDispatcher = dispatcher.wake;
    return dispatcher;
  });
  it.every(PRUNE_EVERY_MS, 'The pruning of webhook deliveries', () => deliveries.prune());
  return webhookDeliveryRoutes({ webhooks, deliveries, wake, now: it.clock });
};
