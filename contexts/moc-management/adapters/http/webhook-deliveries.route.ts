import { Router, type Request } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { acceptedReply, ok, problem } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { derivedId } from '@lego-moc/kernel/ids';
import { TEST_TYPE, type LoggedDelivery, type WebhookDeliveries } from '../../application/ports/webhook-deliveries.ts';
import type { WebhooksOfUsers } from '../../application/webhooks/webhooks-of-users.ts';
import type { WebhookId } from '../../domain/webhook-events.ts';
import { webhookOf, type Webhook } from '../../domain/webhooks.ts';
import { noSuchWebhook } from './rejection-status.ts';
import { listWebhookDeliveries, replayWebhook, testWebhook } from './webhook-contracts.ts';

export type WebhookDeliveryRoutes = {
  readonly webhooks: Pick<WebhooksOfUsers, 'latest'>;
  readonly deliveries: Pick<WebhookDeliveries, 'queue' | 'log' | 'replay' | 'pendingTests'>;
  /** Has due messages looked for at once. */
  readonly wake: () => void;
  readonly now: Clock;
};

/** Enough to try a receiver; more would make the platform send to strangers on somebody's behalf. */
const TESTS_PENDING_MAX = 3;

const tooManyTests = problem(429, 'too-many-tests', 'Some tests are still to be sent. Try again when they are.', {
  headers: { 'retry-after': '10' },
});
const disabledWebhook = problem(409, 'webhook-disabled', 'Enable the webhook first.');
const noSuchDelivery = problem(404, 'delivery-not-found', 'The log has no such message of this webhook.');
const tooManyPending = problem(409, 'too-many-pending', 'Too many messages are pending. Wait until they are sent.');

const deliveryReplyOf = ({ deliveryId, type, mocId, at, state, attempts, ...last }: LoggedDelivery) => {
  const { nextAttemptAt, lastAttemptAt, answerStatus, durationMs, failure } = last;
  const lastAttempt = { lastAttemptAt, answerStatus, durationMs, failure };
  return { deliveryId, type, mocId, at, state, attempts, nextAttemptAt, ...lastAttempt };
};

/** The log of a webhook's messages, tests and replays. */
export const webhookDeliveryRoutes = ({ webhooks, deliveries, wake, now }: WebhookDeliveryRoutes): Router => {
  const find = async (request: Request, id: string): Promise<Webhook | undefined> =>
    webhookOf((await webhooks.latest(userOf(request).id)).state, id as WebhookId);

  return Router().use(
    route(testWebhook, async ({ request, params }) => {
      const webhookId = params.webhookId as WebhookId;
      const webhook = await find(request, webhookId);
      if (webhook === undefined) return noSuchWebhook;
      if ((await deliveries.pendingTests(webhookId)) >= TESTS_PENDING_MAX) return tooManyTests;
      const deliveryId = derivedId('webhook-test', webhookId, causeOf(request).commandId);
      await deliveries.queue([
        {
          ...{ deliveryId, webhookId, owner: webhook.owner, type: TEST_TYPE, at: now(), audience: 'owner' },
          ...{ mocId: null, commentId: null, announcement: null, isMissed: false },
        },
      ]);
      wake();
      return acceptedReply(`/v1/webhooks/${webhookId}/deliveries`, { deliveryId });
    }),

    route(listWebhookDeliveries, async ({ request, params, query: { state, cursor, limit } }) => {
      const webhookId = params.webhookId as WebhookId;
      if ((await find(request, webhookId)) === undefined) return noSuchWebhook;
      const before = cursor === undefined ? undefined : BigInt(cursor);
      const rows = await deliveries.log(webhookId, { limit: limit + 1, before, state });
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return ok({
        deliveries: page.map(deliveryReplyOf),
        nextCursor: last === undefined ? null : String(last.number),
      });
    }),

    route(replayWebhook, async ({ request, params, body: { from, states, limit } }) => {
      const webhookId = params.webhookId as WebhookId;
      const webhook = await find(request, webhookId);
      if (webhook === undefined) return noSuchWebhook;
      if (webhook.disabled !== null) return disabledWebhook;
      const result = await deliveries.replay(webhookId, from, { states, limit });
      if (result === 'not-found') return noSuchDelivery;
      if (result === 'too-many-pending') return tooManyPending;
      wake();
      return acceptedReply(`/v1/webhooks/${webhookId}/deliveries`, result);
    }),
  );
};
