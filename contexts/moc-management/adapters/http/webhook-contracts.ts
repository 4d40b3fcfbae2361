import { defineRoute } from '@lego-moc/http/route-contract';
import {
  newWebhookReply,
  webhookDeliveriesQuery,
  webhookDeliveriesReply,
  webhookReplayReply,
  webhookReplayRequest,
  webhookTestReply,
  webhookChangeRequest,
  webhookParams,
  webhookReply,
  webhookRequest,
  webhookSecretReply,
  webhooksReply,
} from '../../contracts/webhooks-api.ts';

const tags = ['Webhooks'];
const path = '/v1/webhooks/:webhookId';
const ofWebhook = { tags, params: webhookParams };

export const addWebhook = defineRoute({
  method: 'post',
  path: '/v1/webhooks',
  summary: 'Have messages sent about what happens to MOCs',
  description:
    'Messages are those of Standard Webhooks (https://www.standardwebhooks.com), signed with the secret of the reply, which is shown here only.',
  tags,
  body: webhookRequest,
  replies: {
    201: { description: 'The webhook, with its secret', schema: newWebhookReply },
    409: { description: 'too-many-webhooks: delete one first' },
    410: { description: 'Your account was erased, or the webhook was removed meanwhile' },
    422: {
      description:
        'webhook-url-refused: not a public https URL; webhook-subject-not-found: no MOC that you see, or no builder whom you follow',
    },
  },
});

export const listWebhooks = defineRoute({
  method: 'get',
  path: '/v1/webhooks',
  summary: 'The own webhooks, the oldest first; without their secrets',
  tags,
  replies: { 200: { description: 'All of them', schema: webhooksReply } },
});

export const readWebhook = defineRoute({
  ...{ ...ofWebhook, method: 'get', path, summary: 'An own webhook, without its secret' },
  replies: { 200: { description: 'The webhook', schema: webhookReply } },
});

export const changeWebhook = defineRoute({
  ...{ ...ofWebhook, method: 'patch', path, summary: 'Move a webhook, choose its events, disable or enable it' },
  body: webhookChangeRequest,
  replies: {
    204: { description: 'Changed, or so before' },
    422: { description: 'webhook-url-refused: not a public https URL' },
  },
});

export const removeWebhook = defineRoute({
  ...{ ...ofWebhook, method: 'delete', path, summary: 'Delete a webhook with its deliveries' },
  replies: { 204: { description: 'Deleted, or deleted before' } },
});

export const rotateWebhookSecret = defineRoute({
  ...{ ...ofWebhook, method: 'post', path: '/v1/webhooks/:webhookId/secret-rotations' },
  summary: 'Get a new secret; messages carry signatures of both for a day',
  replies: { 201: { description: 'The new secret, shown here only', schema: webhookSecretReply } },
});

export const testWebhook = defineRoute({
  ...{ ...ofWebhook, method: 'post', path: '/v1/webhooks/:webhookId/test' },
  summary: 'Have a message of the type webhook.test sent, once, also by a disabled webhook',
  replies: {
    202: { description: 'Soon in the log of deliveries, with what came of it', schema: webhookTestReply },
    429: { description: 'too-many-tests: some are still to be sent' },
  },
});

export const listWebhookDeliveries = defineRoute({
  ...{ ...ofWebhook, method: 'get', path: '/v1/webhooks/:webhookId/deliveries' },
  summary: 'The messages of a webhook, the newest first, for thirty days',
  query: webhookDeliveriesQuery,
  replies: { 200: { description: 'A page of them', schema: webhookDeliveriesReply } },
});

export const replayWebhook = defineRoute({
  ...{ ...ofWebhook, method: 'post', path: '/v1/webhooks/:webhookId/replay' },
  summary: 'Have messages sent again from one on, under the same ids',
  body: webhookReplayRequest,
  replies: {
    202: { description: 'How many, and where the next replay goes on', schema: webhookReplayReply },
    404: { description: 'webhook-not-found, delivery-not-found' },
    409: { description: 'webhook-disabled: enable it first; too-many-pending: wait until fewer are' },
  },
});
